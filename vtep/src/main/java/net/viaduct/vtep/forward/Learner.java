package net.viaduct.vtep.forward;

import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.counting.TrafficCounter;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.StationEntry;

/** Learns from frames where stations are (R10), and counts it. Owned by the data-path thread. */
public final class Learner {
  private final Fdb fdb;
  private final CycleClock clock;
  private final Tally tally;

  /** A learner. */
  public Learner(Fdb fdb, CycleClock clock, Tally tally) {
    this.fdb = fdb;
    this.clock = clock;
    this.tally = tally;
  }

  /**
   * A frame from a station was seen.
   *
   * @param mac neither zero nor a group address
   * @param destination the port or the remote that it came from, as of {@link StationEntry}
   */
  public void learnSource(Network network, long mac, int destination) {
    if (!network.learnsStations()) {
      return;
    }
    TrafficCounter counter =
        switch (fdb.learn(network.index(), mac, destination, clock.seconds())) {
          case KNOWN -> null;
          case NEW -> TrafficCounter.STATIONS_LEARNED;
          case MOVED -> TrafficCounter.STATIONS_MOVED;
          case OUTRANKED -> TrafficCounter.STATIONS_OUTRANKED;
          case PORT_FULL -> TrafficCounter.STATIONS_REFUSED_BY_PORT;
          case REMOTE_FULL -> TrafficCounter.STATIONS_REFUSED_BY_REMOTE;
          case NETWORK_FULL -> TrafficCounter.STATIONS_REFUSED_BY_NETWORK;
          case TABLE_FULL -> TrafficCounter.STATIONS_REFUSED_IN_ALL;
        };
    if (counter != null) {
      tally.noted(counter, network.counters());
    }
  }
}
