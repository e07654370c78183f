package net.viaduct.vtep.forward;

import net.viaduct.io.Frame;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.output.PortOutput;
import net.viaduct.vtep.output.TunnelOutput;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.TunnelTarget;
import org.jspecify.annotations.Nullable;

/**
 * Copies of broadcast, unknown unicast and multicast frames, by reference, to everybody but where
 * they came from. Owned by the data-path thread.
 */
public final class Flooder {
  private final PortOutput ports;
  private final TunnelOutput tunnels;
  private final Tally tally;
  private final DistinctErrors errors;

  /** A flooder. */
  public Flooder(PortOutput ports, TunnelOutput tunnels, Tally tally, DistinctErrors errors) {
    this.ports = ports;
    this.tunnels = tunnels;
    this.tally = tally;
    this.errors = errors;
  }

  /**
   * From a port: to all other ports of its network and beyond this host.
   *
   * @param frame with its VXLAN header in front
   * @return why nobody gets it, or null
   */
  public @Nullable DropReason fromPort(LocalPort from, Frame frame, int flowHash) {
    Network network = from.network();
    LocalPort[] targets = network.ports();
    TunnelTarget[] beyond = network.floodTargets();
    int copies = targets.length - 1 + beyond.length;
    if (copies == 0) {
      return DropReason.NO_FLOOD_TARGET;
    }
    tally.flooded(Direction.EGRESS, network.counters(), copies);
    for (LocalPort target : targets) {
      if (target != from) {
        offer(Direction.EGRESS, target, frame, from.counters());
      }
    }
    for (TunnelTarget target : beyond) {
      try {
        tunnels.offer(network, target, frame, flowHash);
      } catch (RuntimeException e) {
        lost(Direction.EGRESS, network, from.counters(), e);
      }
    }
    return null;
  }

  /**
   * From a tunnel: to the ports of the network only, never into a tunnel again (split horizon).
   *
   * @return why nobody gets it, or null
   */
  public @Nullable DropReason fromTunnel(Network network, Remote from, Frame frame) {
    LocalPort[] targets = network.ports();
    if (targets.length == 0) {
      return DropReason.NO_FLOOD_TARGET;
    }
    tally.flooded(Direction.INGRESS, network.counters(), targets.length);
    for (LocalPort target : targets) {
      offer(Direction.INGRESS, target, frame, from.counters());
    }
    return null;
  }

  // Each copy is booked by now: a defect costs the one that met it, and the others still go.
  private void offer(Direction way, LocalPort target, Frame frame, CounterBlock sender) {
    try {
      ports.offer(way, target, frame);
    } catch (RuntimeException e) {
      lost(way, target.network(), sender, e);
    }
  }

  private void lost(Direction way, Network network, CounterBlock sender, RuntimeException cause) {
    errors.record(cause);
    tally.dropped(way, DropReason.DEFECT, network.counters(), sender);
  }
}
