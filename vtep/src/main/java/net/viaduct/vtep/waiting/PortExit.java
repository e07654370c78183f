package net.viaduct.vtep.waiting;

import org.jspecify.annotations.Nullable;

/** The way to ports, where frames may have to wait. Called on the data-path thread. */
public interface PortExit extends FrameExit {
  /**
   * Sets where frames wait.
   *
   * @param byPort the queue of each port by its index, null of those that have none; shared, and
   *     changed by its owner
   */
  void queues(@Nullable FrameQueue[] byPort);
}
