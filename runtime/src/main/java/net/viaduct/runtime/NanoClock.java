package net.viaduct.runtime;

/** A source of time that never goes back; the twin of a test is set by hand. */
@FunctionalInterface
public interface NanoClock {
  /** Nanoseconds since an arbitrary moment, as {@link System#nanoTime()}. Any thread. */
  long nanoTime();
}
