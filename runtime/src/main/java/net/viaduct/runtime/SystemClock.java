package net.viaduct.runtime;

/** The machine's own clock. Only what wires a program together names it; all others get a clock. */
public final class SystemClock implements NanoClock {
  /** The clock. */
  public SystemClock() {}

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }
}
