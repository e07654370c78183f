package net.viaduct.vtep.control;

import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.tables.LearnOutcome;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.wire.MacAddress;

/** Carries out what is said about stations. Owned by the data-path thread. */
public final class Stations {
  private final Tables tables;
  private final Topology topology;
  private final Remotes remotes;
  private final CycleClock clock;

  /** Stations in these tables. */
  public Stations(Tables tables, Topology topology, Remotes remotes, CycleClock clock) {
    this.tables = tables;
    this.topology = topology;
    this.remotes = remotes;
    this.clock = clock;
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
    return outcome != LearnOutcome.OUTRANKED;
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

  /** Takes back what an origin said; false if it is not this origin that says where it is. */
  public boolean remove(int vni, long mac, Origin origin) {
    Network network = tables.networksByVni().find(vni);
    return network != null && tables.fdb().remove(network.index(), mac, origin);
  }
}
