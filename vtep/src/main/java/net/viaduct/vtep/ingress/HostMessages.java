package net.viaduct.vtep.ingress;

import net.viaduct.io.Frame;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;

/**
 * Who is told what hosts that run Viaduct say to each other through tunnels. Owned by the data-path
 * thread.
 */
@FunctionalInterface
public interface HostMessages {
  /**
   * A frame from a tunnel that no bridge forwards.
   *
   * @return whether it was for this host itself
   */
  boolean take(Network network, Remote from, Frame frame);
}
