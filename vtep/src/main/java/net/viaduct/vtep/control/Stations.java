package net.viaduct.vtep.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.MovePart;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.moving.MovingStations;
import net.viaduct.vtep.neighbour.NeighbourSteps;
import net.viaduct.vtep.neighbour.NeighbourTable;
import net.viaduct.vtep.show.NeighbourPage;
import net.viaduct.vtep.show.NeighbourStatus;
import net.viaduct.vtep.show.StationStatus;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.LearnOutcome;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/** Carries out what is said about stations. Owned by the data-path thread. */
public final class Stations {
  private final Tables tables;
  private final Topology topology;
  private final Remotes remotes;
  private final CycleClock clock;
  private final NeighbourSteps neighbours;
  private final MovingStations moving;

  /** Stations in these tables. */
  public Stations(
      Tables tables,
      Topology topology,
      Remotes remotes,
      CycleClock clock,
      NeighbourSteps neighbours,
      MovingStations moving) {
    this.tables = tables;
    this.topology = topology;
    this.remotes = remotes;
    this.clock = clock;
    this.neighbours = neighbours;
    this.moving = moving;
  }

  /** Says where a station is; false if a higher origin says otherwise. */
  public boolean add(int vni, long mac, Location location, Origin origin) {
    if (MacAddress.isZero(mac) || MacAddress.isGroup(mac) || mac >>> 48 != 0) {
      throw new CommandRefused(MacAddress.format(mac) + " is not a station's address");
    }
    Network network = topology.network(vni);
    int destination = destination(network, location);
    LearnOutcome outcome =
        tables.fdb().enter(network.index(), mac, destination, origin, clock.seconds());
    if (outcome.isFull()) {
      throw new CommandRefused(
          "no room for station %s at %s: %s"
              .formatted(MacAddress.format(mac), location, explanation(outcome)));
    }
    if (outcome.isArrival() && StationEntry.isPort(destination) && network.announcesNew()) {
      neighbours.announcer().offer(network, mac);
    }
    return outcome != LearnOutcome.OUTRANKED;
  }

  /** A station moves from now on, until {@link #settle}; said again, by what is said last. */
  public void move(int vni, long mac, MovePart part) {
    Network network = topology.network(vni);
    switch (part) {
      case MovePart.Arriving it -> {
        LocalPort port = topology.port(it.port());
        if (port == null || port.network() != network) {
          throw new CommandRefused(
              "port %s is not in network '%s'".formatted(it.port(), network.config().name()));
        }
        moving.put(network, mac, part, port, null);
      }
      case MovePart.Leaving it ->
          moving.put(network, mac, part, portOf(network, mac), remotes.atAddress(it.remote()));
    }
  }

  private @Nullable LocalPort portOf(Network network, long mac) {
    long entry = tables.fdb().find(network.index(), mac, clock.seconds());
    int destination = entry == Fdb.NOWHERE ? 0 : StationEntry.destination(entry);
    return StationEntry.isPort(destination)
        ? tables.ports().get(StationEntry.index(destination))
        : null;
  }

  /** A station moves no more; one that does not is no error. */
  public void settle(int vni, long mac) {
    moving.remove(vni, mac);
  }

  /**
   * Announces the stations of this host.
   *
   * @param vni of the network that they are in; empty for all
   * @param port behind which they are; empty for all
   * @param done completes with their number when all were announced
   */
  public void announce(OptionalInt vni, Optional<String> port, CompletableFuture<Integer> done) {
    Network network = vni.isPresent() ? topology.network(vni.getAsInt()) : null;
    LocalPort local = null;
    if (port.isPresent()) {
      local = topology.port(port.get());
      if (local == null || (network != null && local.network() != network)) {
        throw new CommandRefused("there is no port " + port.get() + " to announce");
      }
    }
    neighbours.announcer().announceAll(network, local, done);
  }

  /**
   * Asks a station for the addresses that it is known to have.
   *
   * @param answered completes with whether it answered
   */
  public void ask(int vni, long mac, CompletableFuture<Boolean> answered) {
    neighbours.questions().ask(topology.network(vni), mac, answered);
  }

  /** Which station has which address: some, from a record on, at most so many records. */
  public NeighbourPage addresses(int from, int records) {
    NeighbourTable table = neighbours.table();
    List<NeighbourStatus> found = new ArrayList<>();
    int at = from;
    for (; at < table.end() && at < from + records; at++) {
      Network network = table.isThere(at) ? tables.networks().get(table.network(at)) : null;
      if (network != null) {
        found.add(status(network, table, at));
      }
    }
    return new NeighbourPage(found, at < table.end() ? OptionalInt.of(at) : OptionalInt.empty());
  }

  private NeighbourStatus status(Network network, NeighbourTable table, int at) {
    int flags = table.flags(at);
    long entry = tables.fdb().find(network.index(), table.mac(at), clock.seconds());
    return new NeighbourStatus(
        network.vni(),
        network.config().name(),
        new IpAddress(table.high(at), table.low(at)),
        table.mac(at),
        entry == Fdb.NOWHERE ? Optional.empty() : Optional.ofNullable(location(entry)),
        (flags & NeighbourTable.STATIC) != 0 ? Origin.STATIC : Origin.LEARNED,
        new NeighbourStatus.Flags(
            (flags & NeighbourTable.ROUTER) != 0,
            (flags & NeighbourTable.OVERRIDE) != 0,
            (flags & NeighbourTable.CONTESTED) != 0),
        table.ageSeconds(at, clock.seconds()));
  }

  private @Nullable Location location(long entry) {
    int index = StationEntry.index(StationEntry.destination(entry));
    if (StationEntry.isPort(StationEntry.destination(entry))) {
      LocalPort port = tables.ports().get(index);
      return port == null ? null : new Location.AtPort(port.name());
    }
    Remote remote = tables.remotes().get(index);
    return remote == null ? null : new Location.AtRemote(remote.address());
  }

  private int destination(Network network, Location location) {
    return switch (location) {
      case Location.AtPort at -> {
        LocalPort port = topology.port(at.port());
        if (port == null || port.network() != network) {
          throw new CommandRefused(
              "port %s is not in network '%s'".formatted(at.port(), network.config().name()));
        }
        yield StationEntry.atPort(port.index());
      }
      case Location.AtRemote at -> StationEntry.atRemote(remotes.atAddress(at.remote()).index());
    };
  }

  private static String explanation(LearnOutcome outcome) {
    return switch (outcome) {
      case PORT_FULL -> "its port has as many stations as it may";
      case REMOTE_FULL -> "its remote has as many stations as it may";
      case NETWORK_FULL -> "its network has as many stations as it may";
      case TABLE_FULL -> "there are as many stations as there may be";
      case KNOWN, NEW, MOVED, HELD, OUTRANKED -> "there is";
    };
  }

  /** Forgets those of these stations that were learned and have not moved; how many that were. */
  public int forgetLearned(List<StationStatus> seen) {
    int forgotten = 0;
    for (StationStatus station : seen) {
      Network network = tables.networksByVni().find(station.vni());
      if (network != null && isStillThere(network, station)) {
        forgotten += tables.fdb().remove(network.index(), station.mac(), Origin.LEARNED) ? 1 : 0;
      }
    }
    return forgotten;
  }

  private boolean isStillThere(Network network, StationStatus station) {
    long entry = tables.fdb().find(network.index(), station.mac(), clock.seconds());
    return entry != Fdb.NOWHERE && station.location().equals(location(entry));
  }

  /** Takes back what an origin said; false if it is not this origin that says where it is. */
  public boolean remove(int vni, long mac, Origin origin) {
    Network network = tables.networksByVni().find(vni);
    return network != null && tables.fdb().remove(network.index(), mac, origin);
  }
}
