package net.viaduct.experiment;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.viaduct.runtime.NanoClock;

/** The time of one run, and whether it is over. Any thread. */
public final class RunTime {
  private final NanoClock clock;
  private final long startNs;
  private final long durationNs;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** A run that begins now. */
  public RunTime(NanoClock clock, long durationNs) {
    this.clock = clock;
    this.durationNs = durationNs;
    startNs = clock.nanoTime();
  }

  /** Time since the run began. */
  public long nowNs() {
    return clock.nanoTime() - startNs;
  }

  /** How long the run lasts if nobody stops it. */
  public long durationNs() {
    return durationNs;
  }

  /** Whether nothing more is to be sent. */
  public boolean isOver() {
    return stopped.getCount() == 0 || nowNs() >= durationNs;
  }

  /** Ends the run. */
  public void stop() {
    stopped.countDown();
  }

  /** Whether somebody ended the run. */
  public boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /**
   * Waits until a moment of the run.
   *
   * @return false if the run was over before
   */
  public boolean sleepUntil(long timeNs) throws InterruptedException {
    long end = Math.min(timeNs, durationNs);
    long left = end - nowNs();
    while (left > 0) {
      if (stopped.await(left, TimeUnit.NANOSECONDS)) {
        return false;
      }
      left = end - nowNs();
    }
    return timeNs < durationNs && !isStopped();
  }
}
