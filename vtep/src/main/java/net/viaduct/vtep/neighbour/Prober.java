package net.viaduct.vtep.neighbour;

import net.viaduct.io.Frame;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.forward.HostAddress;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.NeighbourFrame;

/**
 * Asks a station whether it still has an address, by a frame to it alone. The answer comes to a MAC
 * address that this host has for that, made of its underlay address. Owned by the data-path thread.
 */
public final class Prober {
  private final long ownMac;
  private final Originator originator;
  private final CycleClock clock;

  /** A prober for the host with this underlay address. */
  public Prober(IpAddress own, Originator originator, CycleClock clock) {
    this.ownMac = HostAddress.mac(own);
    this.originator = originator;
    this.clock = clock;
  }

  /** Where answers come to. */
  public long ownMac() {
    return ownMac;
  }

  /** Asks the station of a record; outside of a batch. */
  void probe(Tables tables, NeighbourTable table, int record) {
    Network network = tables.networks().get(table.network(record));
    long entry = tables.fdb().find(table.network(record), table.mac(record), clock.seconds());
    if (network == null || entry == Fdb.NOWHERE) {
      return;
    }
    int destination = StationEntry.destination(entry);
    if (StationEntry.isPort(destination)) {
      LocalPort port = tables.ports().get(StationEntry.index(destination));
      if (port != null) {
        originator.toPort(Direction.EGRESS, port, question(table, record));
      }
    } else {
      Remote remote = tables.remotes().get(StationEntry.index(destination));
      if (remote != null) {
        originator.toRemote(network, remote, question(table, record));
      }
    }
  }

  private Frame question(NeighbourTable table, int record) {
    Frame frame = originator.next(Direction.EGRESS);
    long mac = table.mac(record);
    if (table.isIpv4(record)) {
      frame.lengthBytes(ArpFrame.SIZE_BYTES);
      ArpFrame.probe(frame.memory(), frame.start(), mac, (int) table.low(record), ownMac);
    } else {
      frame.lengthBytes(NeighbourFrame.SIZE_BYTES);
      NeighbourFrame.beginSolicitation(frame.memory(), frame.start(), ownMac);
      NeighbourFrame.asked(
          frame.memory(), frame.start(), mac, table.high(record), table.low(record));
      NeighbourFrame.finish(frame.memory(), frame.start());
    }
    return frame;
  }
}
