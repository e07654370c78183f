package net.viaduct.vtep.control;

/**
 * Work of its own that a VTEP does again and again: queriers, probes, timers. Owned by the
 * data-path thread.
 */
@FunctionalInterface
public interface Chore {
  /**
   * Does what is due; called about ten times a second, between batches. Must be brief; may send by
   * the originator, which is flushed afterwards.
   *
   * @param nowNs the time of this duty cycle, since the VTEP began
   */
  void doWork(long nowNs);
}
