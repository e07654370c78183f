package net.viaduct.vtep.forward;

import net.viaduct.io.Frame;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.trace.Describer;
import net.viaduct.vtep.trace.Trail;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.MacAddress;

/** Where the station is that a frame is for. Owned by the thread that works at the frames. */
public final class StationLookup {
  /** Nobody knows, or it is for a group: the frame is to be flooded. */
  public static final int UNKNOWN = 0;

  private final Fdb fdb;
  private final CycleClock clock;
  private final Learner learner;
  private final Trail trail;
  private final Describer describer;

  /** A lookup in these tables. */
  public StationLookup(Tables tables, CycleClock clock, Learner learner, Trail trail) {
    this.fdb = tables.fdb();
    this.clock = clock;
    this.learner = learner;
    this.trail = trail;
    this.describer = new Describer(tables);
  }

  /** The destination as of {@link StationEntry}, or {@link #UNKNOWN}. */
  public int destinationOf(Network network, Frame frame) {
    long mac = EthernetHeader.destination(frame.memory(), frame.start());
    if (trail.isOn()) {
      return tell(network, mac);
    }
    return find(network, mac);
  }

  /** Where a station is as of {@link StationEntry}, or {@link #UNKNOWN}. */
  public int find(Network network, long mac) {
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

  /** The same, told; what the frame itself would teach counts, as for a real one. */
  private int tell(Network network, long mac) {
    String station = MacAddress.format(mac);
    if (MacAddress.isGroup(mac)) {
      trail.note(
          "look up", station + " is " + (mac == MacAddress.BROADCAST ? "everybody" : "a group"));
      return UNKNOWN;
    }
    int taught = learner.rehearsed(mac);
    if (taught != UNKNOWN) {
      trail.note("look up", station + " is the frame's own source, at " + describer.place(taught));
      return taught;
    }
    long entry = fdb.find(network.index(), mac, clock.seconds());
    int destination = find(network, mac);
    String ignored =
        entry == Fdb.NOWHERE || destination != UNKNOWN
            ? ""
            : network.learnsAt(StationEntry.destination(entry))
                ? "; not believed, as datagrams of this remote are not taken any more"
                : "; not believed, as the network learns no more";
    trail.note(
        "look up", station + " is " + describer.station(network, mac, clock.seconds()) + ignored);
    return destination;
  }

  /**
   * What was learned counts only as long as the network learns, and of a remote only as long as its
   * datagrams are taken (R12).
   */
  private static boolean isBelievable(Network network, long entry, int destination) {
    if (!StationEntry.isLearned(entry)) {
      return true;
    }
    return network.learnsAt(destination)
        && (StationEntry.isPort(destination) || network.heeds(StationEntry.index(destination)));
  }
}
