package net.viaduct.vtep.fallback;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.viaduct.io.Frame;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.control.Chore;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.tables.FloodGroup;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.wire.tunnel.CopyRequest;

/**
 * Remotes that cannot hear the group of a network and asked for copies: they get them beside the
 * group for as long as they asked. Owned by the data-path thread.
 */
public final class CopyLeases implements Chore {
  private static final int MOST_SECONDS = 120;
  private static final long SECOND_NS = 1_000_000_000L;

  /** Of one network: a group that more hosts cannot hear is none. */
  private static final int MOST_REMOTES = 64;

  private final Tables tables;
  private final CycleClock clock;
  private final DistinctErrors errors;
  private final List<Lease> leases = new ArrayList<>();

  private static final class Lease {
    private final Network network;
    private final Remote remote;
    private long untilNs;

    Lease(Network network, Remote remote) {
      this.network = network;
      this.remote = remote;
    }

    @SuppressWarnings("ReferenceEquality") // those very objects
    boolean isOf(Network which, Remote whose) {
      return network == which && remote == whose;
    }
  }

  /** Nobody has asked. */
  public CopyLeases(Tables tables, CycleClock clock, DistinctErrors errors) {
    this.tables = tables;
    this.clock = clock;
    this.errors = errors;
  }

  /**
   * A frame from a tunnel that no bridge forwards, and which may be a request to us.
   *
   * @return whether it was one
   */
  public boolean take(Network network, Remote from, Frame frame) {
    if (!CopyRequest.isPresent(frame.memory(), frame.start(), frame.lengthBytes())) {
      return false;
    }
    int seconds = Math.min(MOST_SECONDS, CopyRequest.seconds(frame.memory(), frame.start()));
    if (floodsToGroup(network)) {
      change(network, from, seconds);
    }
    return true;
  }

  private static boolean floodsToGroup(Network network) {
    return network.floodTargets().length > 0 && network.floodTargets()[0] instanceof FloodGroup;
  }

  private void change(Network network, Remote from, int seconds) {
    long untilNs = clock.nowNs() + seconds * SECOND_NS;
    for (Lease lease : leases) {
      if (lease.isOf(network, from)) {
        lease.untilNs = untilNs;
        if (seconds == 0) {
          doWork(clock.nowNs());
        }
        return;
      }
    }
    if (seconds == 0) {
      return;
    }
    if (network.copiesTo().length >= MOST_REMOTES) {
      errors.record(
          new CommandRefused(
              "more than %d hosts ask for copies in network '%s': their underlay carries no groups; list remotes instead"
                  .formatted(MOST_REMOTES, network.config().name())));
      return;
    }
    Lease lease = new Lease(network, from);
    lease.untilNs = untilNs;
    leases.add(lease);
    publish(network);
  }

  @Override
  public void doWork(long nowNs) {
    if (leases.isEmpty()) {
      return;
    }
    Set<Network> changed = new HashSet<>();
    for (Lease lease : leases) {
      if (isOver(lease, nowNs)) {
        changed.add(lease.network);
      }
    }
    leases.removeIf(lease -> isOver(lease, nowNs));
    changed.forEach(this::publish);
  }

  @SuppressWarnings("ReferenceEquality") // indices are used again
  private boolean isOver(Lease lease, long nowNs) {
    return lease.untilNs - nowNs <= 0
        || !floodsToGroup(lease.network)
        || tables.remotes().get(lease.remote.index()) != lease.remote
        || tables.networks().get(lease.network.index()) != lease.network;
  }

  private void publish(Network network) {
    network.copiesTo(
        leases.stream()
            .filter(lease -> lease.network.equals(network))
            .map(lease -> lease.remote)
            .toArray(Remote[]::new));
  }
}
