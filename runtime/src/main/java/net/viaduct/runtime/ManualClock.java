package net.viaduct.runtime;

import java.util.concurrent.atomic.AtomicLong;

/** The twin of a clock: it stands still until it is moved. Any thread may read and move it. */
public final class ManualClock implements NanoClock {
  private final AtomicLong nowNs;

  /** A clock that shows zero. */
  public ManualClock() {
    this(0);
  }

  /** A clock that shows a given moment, for instance one shortly before an overflow. */
  public ManualClock(long nowNs) {
    this.nowNs = new AtomicLong(nowNs);
  }

  @Override
  public long nanoTime() {
    return nowNs.get();
  }

  /**
   * Moves the clock forward.
   *
   * @throws IllegalArgumentException if the step is negative: time never goes back
   */
  public void advanceNs(long stepNs) {
    if (stepNs < 0) {
      throw new IllegalArgumentException("a clock cannot go back by " + -stepNs + " ns");
    }
    nowNs.addAndGet(stepNs);
  }
}
