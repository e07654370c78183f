package net.viaduct.vtep.waiting;

import org.jspecify.annotations.Nullable;

/** The way to the underlay, where frames may have to wait. Called on the data-path thread. */
public interface TunnelExit extends FrameExit {
  /** Sets where frames wait; null if none has to. */
  void queue(@Nullable FrameQueue queue);
}
