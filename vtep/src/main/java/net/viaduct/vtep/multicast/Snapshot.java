package net.viaduct.vtep.multicast;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.multicast.membership.Group;
import net.viaduct.vtep.multicast.membership.Listener;
import net.viaduct.vtep.multicast.membership.PlaceTimes;
import net.viaduct.vtep.multicast.querier.QuerierElection;
import net.viaduct.vtep.show.MulticastStatus;
import net.viaduct.vtep.show.MulticastStatus.Kind;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** Writes down what is known about a network, for other threads. Owned by the data-path thread. */
final class Snapshot {
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final IpAddress ALL = new IpAddress(0, 0);

  private final SnoopedNetwork network;
  private final long nowNs;
  private final List<MulticastStatus> rows = new ArrayList<>();

  private Snapshot(SnoopedNetwork network, long nowNs) {
    this.network = network;
    this.nowNs = nowNs;
  }

  static List<MulticastStatus> of(SnoopedNetwork network, long nowNs) {
    Snapshot snapshot = new Snapshot(network, nowNs);
    snapshot.addQuerier(true);
    snapshot.addQuerier(false);
    snapshot.addPlaces(Kind.ROUTER, network.routers());
    snapshot.addPlaces(Kind.NEW, network.newcomers().ofAny());
    network.table().forEach(snapshot::addGroup);
    return List.copyOf(snapshot.rows);
  }

  private void addQuerier(boolean ipv4) {
    QuerierElection election = network.election(ipv4);
    if (network.isPruned(ipv4, nowNs)) {
      Kind kind = election.hasOther(nowNs) ? Kind.ASKED_ELSEWHERE : Kind.ASKED_HERE;
      add(kind, election.querier(nowNs), null, List.of(), nowNs);
    }
  }

  private void addPlaces(Kind kind, PlaceTimes places) {
    for (int i = 0; i < places.size(); i++) {
      if (places.untilNs(i) > nowNs) {
        add(kind, ALL, places.place(i), List.of(), places.untilNs(i));
      }
    }
  }

  private void addGroup(Group group) {
    for (Listener at = group.first(); at != null; at = group.after(at)) {
      if (at.isAlive(nowNs)) {
        add(Kind.LISTENER, group.address(), at.place(), sources(at), at.untilNs());
      }
    }
  }

  private List<IpAddress> sources(Listener listener) {
    List<IpAddress> sources = new ArrayList<>();
    for (int i = 0; !listener.wantsAnySource(nowNs) && i < listener.sourceCount(); i++) {
      if (listener.sourceUntilNs(i) > nowNs) {
        sources.add(new IpAddress(listener.sourceHigh(i), listener.sourceLow(i)));
      }
    }
    return sources;
  }

  private void add(
      Kind kind, IpAddress address, @Nullable Object place, List<IpAddress> sources, long untilNs) {
    rows.add(
        new MulticastStatus(
            network.network().vni(),
            network.network().config().name(),
            kind,
            address,
            location(place),
            sources,
            (int) (untilNs / NS_PER_SECOND)));
  }

  private static Optional<Location> location(@Nullable Object place) {
    return switch (place) {
      case LocalPort port -> Optional.of(new Location.AtPort(port.name()));
      case Remote remote -> Optional.of(new Location.AtRemote(remote.address()));
      case null, default -> Optional.empty();
    };
  }
}
