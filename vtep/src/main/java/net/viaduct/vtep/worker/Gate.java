package net.viaduct.vtep.worker;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets the data-path thread change what workers read: they are outside meanwhile. Shut and opened
 * by the data-path thread; entered and left by each worker around a duty cycle, at the price of one
 * write and one read. Who sleeps is outside, and need not be woken.
 *
 * <p>Whatever the data-path thread wrote before it opened is seen by whoever enters afterwards.
 */
public final class Gate {
  /** Each worker writes cache lines of its own: two, as processors fetch them in pairs. */
  private static final int INTS_APART = 32;

  private static final int SPINS = 200;
  private static final long PAUSE_NS = 20_000;

  private final AtomicIntegerArray inside;
  private final int workers;
  private volatile boolean shut;
  private int depth;

  /** An open gate. */
  public Gate(int workers) {
    this.workers = workers;
    this.inside = new AtomicIntegerArray((workers + 1) * INTS_APART);
  }

  /** Waits until every worker is outside, and lets none in; may be done within another time. */
  public void shut() {
    if (depth++ > 0 || workers == 0) {
      return;
    }
    shut = true;
    for (int worker = 0; worker < workers; worker++) {
      for (int looks = 0; inside.get(place(worker)) != 0; looks++) {
        if (looks < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.parkNanos(this, PAUSE_NS);
        }
      }
    }
  }

  /** Takes one {@link #shut} back. */
  public void open() {
    if (--depth == 0 && workers > 0) {
      shut = false;
    }
  }

  /**
   * A worker begins to read.
   *
   * @param worker 0 to the number of workers less one
   * @return false if the gate is shut
   */
  boolean enter(int worker) {
    inside.set(place(worker), 1);
    if (!shut) {
      return true;
    }
    inside.set(place(worker), 0);
    return false;
  }

  /** A worker has read what it wanted. */
  void leave(int worker) {
    inside.setRelease(place(worker), 0);
  }

  private static int place(int worker) {
    return (worker + 1) * INTS_APART;
  }
}
