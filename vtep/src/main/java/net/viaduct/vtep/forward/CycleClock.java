package net.viaduct.vtep.forward;

import net.viaduct.runtime.NanoClock;

/**
 * The time of the current duty cycle: read once in each. Owned by the thread whose cycle it is; any
 * thread may read the seconds.
 */
public final class CycleClock {
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final NanoClock clock;
  private final long beginNs;
  private long nowNs;
  private volatile int seconds;

  /** A clock that begins now. */
  public CycleClock(NanoClock clock) {
    this(clock, clock.nanoTime());
  }

  private CycleClock(NanoClock clock, long beginNs) {
    this.clock = clock;
    this.beginNs = beginNs;
  }

  /** A clock for the cycles of another thread, that began when this one did. */
  public CycleClock another() {
    return new CycleClock(clock, beginNs);
  }

  /** Reads the time. */
  public void tick() {
    nowNs = clock.nanoTime() - beginNs;
    int now = (int) (nowNs / NS_PER_SECOND);
    if (now != seconds) {
      seconds = now;
    }
  }

  /** Nanoseconds since the beginning. Owner. */
  public long nowNs() {
    return nowNs;
  }

  /** A time of {@link #nowNs} by the clock that it was read from. Any thread. */
  public long clockNs(long ns) {
    return beginNs + ns;
  }

  /** Whole seconds since the beginning. */
  public int seconds() {
    return seconds;
  }
}
