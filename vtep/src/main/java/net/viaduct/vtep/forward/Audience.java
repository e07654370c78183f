package net.viaduct.vtep.forward;

import net.viaduct.io.Frame;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.wire.FlowKey;
import org.jspecify.annotations.Nullable;

/**
 * Chooses who gets a frame without a single known destination. Owned by the thread that works at
 * the frames.
 */
public interface Audience {
  /** All ports of the network and all that it floods to. */
  Audience EVERYBODY =
      (network, from, _, _, scope) -> {
        for (LocalPort port : network.ports()) {
          if (port != from) {
            scope.add(port);
          }
        }
        if (from != null) {
          for (TunnelTarget target : network.floodTargets()) {
            scope.add(target);
          }
        }
      };

  /**
   * Enters those who get a copy into an empty scope.
   *
   * @param from the port that the frame came from, which gets none; null if it came from a tunnel,
   *     which no tunnel gets then (split horizon)
   * @param key parsed from this very frame
   */
  void choose(
      Network network, @Nullable LocalPort from, Frame frame, FlowKey key, FloodScope scope);
}
