package net.viaduct.vtep.forward;

import net.viaduct.io.Frame;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every frame before anything is learned from it: what comes back shows a loop, and what
 * comes from a blocked port goes no further. Owned by the data-path thread.
 */
@FunctionalInterface
public interface LoopGuard {
  /**
   * What becomes of a frame.
   *
   * @param port from which it came; null if it came from a tunnel
   */
  Verdict check(Network network, @Nullable LocalPort port, Frame frame);
}
