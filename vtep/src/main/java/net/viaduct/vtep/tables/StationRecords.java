package net.viaduct.vtep.tables;

import net.viaduct.vtep.TableLimits;

/**
 * The entries of the FDB, counted at what they are at. Of a station that was learned elsewhere than
 * where a controller told it to be, both are here: what is said of it now, and behind that what was
 * told. Written by the owner of the FDB; {@link #get}, {@link #told} and counts may be read by any
 * thread.
 */
final class StationRecords {
  private static final int NETWORK_SHIFT = 48;

  final StationMap stations;
  final Population ports;
  final Population remotes;
  final Population networks;
  private final ToldPlaces told;

  /**
   * No station.
   *
   * @param seed makes the places of entries unpredictable
   */
  StationRecords(TableLimits limits, long seed) {
    this.stations = new StationMap(limits.stations(), seed);
    this.ports = new Population(limits.ports(), limits.stationsPerPort());
    this.remotes = new Population(limits.remotes(), limits.stationsPerRemote());
    this.networks = new Population(limits.networks(), limits.stationsPerNetwork());
    this.told = new ToldPlaces(limits.stations(), seed, ports, remotes);
  }

  /** The key of a station: its network's index and its address. */
  static long key(int network, long mac) {
    return (long) network << NETWORK_SHIFT | mac;
  }

  /** The index of the network in a key. */
  static int network(long key) {
    return (int) (key >>> NETWORK_SHIFT);
  }

  /** What is said of a station now, or {@link Fdb#NOWHERE}. Any thread. */
  long get(long key) {
    return stations.get(key);
  }

  /** What was told of a station that was learned elsewhere, or {@link Fdb#NOWHERE}. Any thread. */
  long told(long key) {
    return told.get(key);
  }

  /** A walk over all that was told; any thread, which closes it. */
  StationMap.Cursor walkTold() {
    return told.walk();
  }

  /** Those at the port or the remote of a destination. */
  Population population(int destination) {
    return StationEntry.isPort(destination) ? ports : remotes;
  }

  /** Whether a port, a remote or the network was retired at which a station is. Any thread. */
  boolean isRetired(int network, int destination) {
    return population(destination).isRetired(StationEntry.index(destination))
        || networks.isRetired(network);
  }

  /**
   * Enters a station that comes from elsewhere, or from nowhere.
   *
   * @param old what is said of it, or {@link Fdb#NOWHERE}
   * @param keepsTold whether that was told, and is to be kept behind what was learned
   */
  void put(long key, long old, boolean keepsTold, long entry) {
    if (old == StationMap.ABSENT) {
      networks.enter(network(key));
    } else if (keepsTold) {
      told.keep(key, old);
    } else {
      leave(old);
    }
    int destination = StationEntry.destination(entry);
    population(destination).enter(StationEntry.index(destination));
    boolean instead = keepsTold || StationEntry.isInsteadOfTold(old);
    stations.put(key, instead ? StationEntry.insteadOfTold(entry) : entry);
  }

  /** A station is where it was, says this entry. */
  void confirm(long key, long old, long entry) {
    stations.put(
        key, StationEntry.isInsteadOfTold(old) ? StationEntry.insteadOfTold(entry) : entry);
  }

  /** What was told holds again; returns it. */
  long holdAgain(long key, long learned) {
    long before = told.get(key);
    stations.put(key, before);
    told.holdsAgain(key);
    leave(learned);
    return before;
  }

  /** Nothing is told any more of a station that was learned; returns what is left. */
  long tellNoMore(long key, long learned) {
    long left = StationEntry.alone(learned);
    stations.put(key, left);
    told.drop(key);
    return left;
  }

  /** Takes out a station of which nothing is told behind this entry. */
  void takeOut(long key, long entry) {
    networks.leave(network(key));
    leave(entry);
    stations.put(key, StationMap.ABSENT);
  }

  private void leave(long entry) {
    int destination = StationEntry.destination(entry);
    population(destination).leave(StationEntry.index(destination));
  }

  /** Tidies up at most so many slots. */
  void tidy(int slots) {
    stations.tidy(slots);
    told.tidy(slots);
  }
}
