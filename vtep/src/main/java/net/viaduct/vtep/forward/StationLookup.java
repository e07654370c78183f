package net.viaduct.vtep.forward;

import net.viaduct.io.Frame;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.MacAddress;

/** Where the station is that a frame is for. Owned by the data-path thread. */
public final class StationLookup {
  /** Nobody knows, or it is for a group: the frame is to be flooded. */
  public static final int UNKNOWN = 0;

  private final Fdb fdb;
  private final CycleClock clock;

  /** A lookup in these tables. */
  public StationLookup(Tables tables, CycleClock clock) {
    this.fdb = tables.fdb();
    this.clock = clock;
  }

  /** The destination as of {@link StationEntry}, or {@link #UNKNOWN}. */
  public int destinationOf(Network network, Frame frame) {
    long mac = EthernetHeader.destination(frame.memory(), frame.start());
    if (MacAddress.isGroup(mac)) {
      return UNKNOWN;
    }
    long entry = fdb.find(network.index(), mac, clock.seconds());
    if (entry == Fdb.NOWHERE) {
      return UNKNOWN;
    }
    int destination = StationEntry.destination(entry);
    return isBelievable(network, entry, destination) ? destination : UNKNOWN;
  }

  /** What was learned of a remote counts only as long as its datagrams are taken (R12). */
  private static boolean isBelievable(Network network, long entry, int destination) {
    return StationEntry.isPort(destination)
        || !StationEntry.isLearned(entry)
        || network.accepts(StationEntry.index(destination));
  }
}
