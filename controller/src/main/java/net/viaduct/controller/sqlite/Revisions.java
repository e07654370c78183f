package net.viaduct.controller.sqlite;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Which revisions there are. Written by the committer's thread after they are on disk, read and
 * waited for by any.
 */
final class Revisions {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile long newest;
  private volatile long oldest;
  private volatile boolean closed;

  Revisions(long newest, long oldest) {
    this.newest = newest;
    this.oldest = oldest;
  }

  long newest() {
    return newest;
  }

  long oldest() {
    return oldest;
  }

  boolean isClosed() {
    return closed;
  }

  void advance(long revision) {
    tell(() -> newest = revision);
  }

  void forgot(long revision) {
    oldest = revision;
  }

  void close() {
    tell(() -> closed = true);
  }

  /** Lets those who wait look again. */
  void wake() {
    tell(() -> {});
  }

  private void tell(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a revision after another one.
   *
   * @param isEnough tells when to wait no more
   * @return the newest
   */
  long awaitAfter(long revision, long mostNs, BooleanSupplier isEnough)
      throws InterruptedException {
    long leftNs = mostNs;
    lock.lockInterruptibly();
    try {
      while (newest <= revision && leftNs > 0 && !closed && !isEnough.getAsBoolean()) {
        leftNs = changed.awaitNanos(Math.min(leftNs, TimeUnit.HOURS.toNanos(1)));
      }
    } finally {
      lock.unlock();
    }
    return newest;
  }
}
