package net.viaduct.vtep.multicast.report;

import net.viaduct.io.Frame;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.forward.FloodScope;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.TunnelTarget;
import org.jspecify.annotations.Nullable;

/**
 * Who is told what the machines of this host listen to: all that the network floods to, or a port
 * of this host behind which a multicast router is. Owned by the data-path thread.
 */
final class ReportTarget {
  private final Network network;
  private final @Nullable LocalPort router;
  private final FloodScope beyond = new FloodScope();

  private ReportTarget(Network network, @Nullable LocalPort router) {
    this.network = network;
    this.router = router;
  }

  /** Everybody beyond this host. */
  static ReportTarget beyond(Network network) {
    return new ReportTarget(network, null);
  }

  /** A port with a router, which hears by itself what the machines behind that port say. */
  static ReportTarget router(Network network, LocalPort port) {
    return new ReportTarget(network, port);
  }

  /** The port with the router; null if this is everybody beyond this host. */
  @Nullable LocalPort router() {
    return router;
  }

  /** Whether there is anybody. */
  boolean isThere() {
    return router != null || network.floodTargets().length > 0;
  }

  void send(Originator originator, Frame frame) {
    if (router != null) {
      originator.toPort(Direction.EGRESS, router, frame);
      return;
    }
    beyond.clear();
    for (TunnelTarget target : network.floodTargets()) {
      beyond.add(target);
    }
    originator.to(Direction.EGRESS, network, beyond, frame);
  }
}
