package net.viaduct.vtep.tables;

import net.viaduct.io.PortQueue;
import net.viaduct.io.Readiness;
import net.viaduct.runtime.DistinctErrors;

/**
 * A queue of a device as a source of frames: who reads it, and by what it is waited for. Owned by
 * the data-path thread, while the threads that read stand still; who reads it may {@link #forget}
 * it.
 */
public final class PortSource {
  private final PortQueue queue;
  private final int number;
  private int lane;
  private Readiness readiness;
  private volatile boolean suspended;

  /** A queue that is not waited for yet, and will be by this. */
  PortSource(PortQueue queue, int number, Readiness readiness) {
    this.queue = queue;
    this.number = number;
    this.readiness = readiness;
  }

  /** The way in. */
  public PortQueue queue() {
    return queue;
  }

  /** Which of the device's queues it is, from 0 on. */
  public int number() {
    return number;
  }

  /** The number of the thread that reads it; 0 is the owner of all tables. */
  public int lane() {
    return lane;
  }

  /** Says who reads it from now on, and by what it is waited for; it is not, at the moment. */
  public void readBy(int thread, Readiness waiting) {
    lane = thread;
    readiness = waiting;
  }

  /** Whether receiving failed, so that it is not waited for at the moment. */
  public boolean isSuspended() {
    return suspended;
  }

  /** Waits for it. If this fails it is suspended, until housekeeping tries it again. */
  public void listen(PortDevice device) {
    suspended = true;
    readiness.add(queue, PortToken.of(device.lead().index(), number));
    suspended = false;
  }

  /** Does not wait for it any more. */
  public void ignore() {
    if (!suspended) {
      readiness.remove(queue);
    }
  }

  /** Receiving failed: it is left alone until housekeeping tries it again. Who reads it. */
  public void forget(RuntimeException cause, DistinctErrors errors) {
    errors.record(cause);
    try {
      readiness.remove(queue);
    } catch (RuntimeException e) {
      errors.record(e);
    }
    suspended = true;
  }
}
