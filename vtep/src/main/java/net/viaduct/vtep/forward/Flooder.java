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
import org.jspecify.annotations.Nullable;

/**
 * Copies of broadcast, unknown unicast and multicast frames, by reference, to those who are in
 * scope. Owned by the thread that works at the frames.
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
   * From a port: to those in scope.
   *
   * @param from where it came from
   * @param scope without the port that it came from
   * @return why nobody gets it, or null
   */
  public @Nullable DropReason fromPort(
      LocalPort from, FloodScope scope, Frame frame, int flowHash) {
    Network network = from.network();
    int copies = scope.portCount() + scope.targetCount();
    if (copies == 0) {
      return scope.nobody();
    }
    tally.flooded(Direction.EGRESS, network.counters(), copies);
    toPorts(Direction.EGRESS, scope, frame, from.counters());
    toTunnels(network, scope, frame, flowHash, from.counters());
    return null;
  }

  /**
   * From a tunnel: to the ports in scope only, never into a tunnel again (split horizon).
   *
   * @return why nobody gets it, or null
   */
  public @Nullable DropReason fromTunnel(
      Network network, Remote from, FloodScope scope, Frame frame) {
    if (scope.portCount() == 0) {
      return scope.nobody();
    }
    tally.flooded(Direction.INGRESS, network.counters(), scope.portCount());
    toPorts(Direction.INGRESS, scope, frame, from.counters());
    return null;
  }

  /**
   * Made here: to those in scope. Counts copies to ports by the batch that is being worked at, and
   * those beyond this host as egress, as each way has its own sum.
   *
   * @return whether anybody gets it
   */
  boolean fromHere(Direction way, Network network, FloodScope scope, Frame frame, int flowHash) {
    if (scope.portCount() > 0) {
      tally.originated(way, network.counters());
      tally.flooded(way, network.counters(), scope.portCount());
      toPorts(way, scope, frame, null);
    }
    if (scope.targetCount() > 0) {
      tally.originated(Direction.EGRESS, network.counters());
      tally.flooded(Direction.EGRESS, network.counters(), scope.targetCount());
      toTunnels(network, scope, frame, flowHash, null);
    }
    return scope.portCount() + scope.targetCount() > 0;
  }

  private void toPorts(
      Direction way, FloodScope scope, Frame frame, @Nullable CounterBlock sender) {
    for (int i = 0; i < scope.portCount(); i++) {
      offer(way, scope.port(i), frame, sender);
    }
  }

  private void toTunnels(
      Network network, FloodScope scope, Frame frame, int flowHash, @Nullable CounterBlock sender) {
    for (int i = 0; i < scope.targetCount(); i++) {
      try {
        tunnels.offer(network, scope.target(i), frame, flowHash);
      } catch (RuntimeException e) {
        lost(Direction.EGRESS, network, sender, frame, e);
      }
    }
  }

  // Each copy is booked by now: a defect costs the one that met it, and the others still go.
  private void offer(Direction way, LocalPort target, Frame frame, @Nullable CounterBlock sender) {
    try {
      ports.offer(way, target, frame);
    } catch (RuntimeException e) {
      lost(way, target.network(), sender, frame, e);
    }
  }

  private void lost(
      Direction way,
      Network network,
      @Nullable CounterBlock sender,
      Frame frame,
      RuntimeException cause) {
    errors.record(cause);
    if (tally.captures().isOn()) {
      tally.captures().refused(frame, DropReason.DEFECT);
    }
    tally.dropped(way, DropReason.DEFECT, network.counters(), sender);
  }
}
