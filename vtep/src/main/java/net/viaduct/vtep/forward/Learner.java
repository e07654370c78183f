package net.viaduct.vtep.forward;

import net.viaduct.io.Frame;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.counting.TrafficCounter;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.LearnOutcome;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.trace.Describer;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.MacAddress;

/**
 * Learns from frames where stations are (R10), and counts it. Owned by the thread that works at the
 * frames.
 */
public final class Learner {
  private final Fdb fdb;
  private final CycleClock clock;
  private final Tally tally;
  private final Describer describer;
  private long rehearsedMac;
  private int rehearsedDestination;
  private long forgottenSeen;

  /** A learner. */
  public Learner(Tables tables, CycleClock clock, Tally tally) {
    this.fdb = tables.fdb();
    this.clock = clock;
    this.tally = tally;
    this.describer = new Describer(tables);
  }

  /**
   * A frame from a station was seen.
   *
   * @param frame its source is neither zero nor a group address
   * @param destination the port or the remote that it came from, as of {@link StationEntry}
   * @return whether it is there now and was not before
   */
  public boolean learnSource(Network network, Frame frame, int destination) {
    long mac = EthernetHeader.source(frame.memory(), frame.start());
    if (tally.trail().isOn()) {
      return rehearse(network, frame, mac, destination);
    }
    if (!network.learnsAt(destination) || contradictsItself(network, frame, mac, destination)) {
      return false;
    }
    LearnOutcome outcome = fdb.learn(network.index(), mac, destination, clock.seconds());
    TrafficCounter counter =
        switch (outcome) {
          case KNOWN -> null;
          case NEW -> TrafficCounter.STATIONS_LEARNED;
          case MOVED -> TrafficCounter.STATIONS_MOVED;
          case HELD -> TrafficCounter.STATIONS_HELD;
          case OUTRANKED -> TrafficCounter.STATIONS_OUTRANKED;
          case PORT_FULL -> TrafficCounter.STATIONS_REFUSED_BY_PORT;
          case REMOTE_FULL -> TrafficCounter.STATIONS_REFUSED_BY_REMOTE;
          case NETWORK_FULL -> TrafficCounter.STATIONS_REFUSED_BY_NETWORK;
          case TABLE_FULL -> TrafficCounter.STATIONS_REFUSED_IN_ALL;
        };
    if (counter != null) {
      tally.noted(counter, network.counters());
      countForgotten(network);
    }
    return outcome.isArrival();
  }

  /**
   * Whether a frame from a station that is known to be elsewhere is addressed to that same station.
   * The router that gives up a VRRP address answers so when the one that took it over announces
   * itself, and would take the address back with it.
   */
  private boolean contradictsItself(Network network, Frame frame, long mac, int destination) {
    if (EthernetHeader.destination(frame.memory(), frame.start()) != mac) {
      return false;
    }
    long known = fdb.find(network.index(), mac, clock.seconds());
    return known != Fdb.NOWHERE && StationEntry.destination(known) != destination;
  }

  private void countForgotten(Network network) {
    while (forgottenSeen != fdb.forgotten()) {
      forgottenSeen++;
      tally.noted(TrafficCounter.STATIONS_FORGOTTEN, network.counters());
    }
  }

  private boolean rehearse(Network network, Frame frame, long mac, int destination) {
    int now = clock.seconds();
    String known = MacAddress.format(mac) + " is " + describer.station(network, mac, now);
    rehearsedMac = mac;
    rehearsedDestination = StationLookup.UNKNOWN;
    if (!network.learnsAt(destination)) {
      tally.trail().note("learn", known + "; this network does not learn that");
      return false;
    }
    if (contradictsItself(network, frame, mac, destination)) {
      tally.trail().note("learn", known + "; stays so, as this frame is for its own sender");
      return false;
    }
    long before = fdb.find(network.index(), mac, now);
    rehearsedDestination = fdb.destinationAfterLearning(network.index(), mac, destination, now);
    boolean taken = rehearsedDestination == destination;
    tally
        .trail()
        .note(
            "learn",
            known
                + (taken ? "; this frame says: at " + describer.place(destination) : "; stays so"));
    return taken && (before == Fdb.NOWHERE || StationEntry.destination(before) != destination);
  }

  /**
   * Where a station would be after the frame that is traced was learned from, if that says anything
   * about it; else {@link StationLookup#UNKNOWN}. The frame may be for its own sender.
   */
  int rehearsed(long mac) {
    return mac == rehearsedMac ? rehearsedDestination : StationLookup.UNKNOWN;
  }
}
