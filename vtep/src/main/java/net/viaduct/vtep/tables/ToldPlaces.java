package net.viaduct.vtep.tables;

/**
 * Where a controller told stations to be that were learned elsewhere since, in networks where that
 * counts more. They go on being counted at what they were told at, so that there is room for them
 * when that holds again. Written by the owner of the FDB; {@link #get} and {@link #walk} may be
 * used from any thread.
 */
final class ToldPlaces {
  private final StationMap places;
  private final Population ports;
  private final Population remotes;

  /**
   * Nobody is elsewhere.
   *
   * @param stations how many there can be
   * @param seed makes the places of entries unpredictable
   */
  ToldPlaces(int stations, long seed, Population ports, Population remotes) {
    this.places = new StationMap(stations, seed);
    this.ports = ports;
    this.remotes = remotes;
  }

  /** The entry that was told for a key of the FDB, or {@link Fdb#NOWHERE}. Any thread. */
  long get(long key) {
    return places.get(key);
  }

  /** A walk over them; any thread, which closes it. */
  StationMap.Cursor walk() {
    return places.cursor();
  }

  /** Keeps what was told for a station that is learned elsewhere. */
  void keep(long key, long told) {
    places.put(key, told);
    population(told).goElsewhere(index(told));
  }

  /** What was told holds again: the caller has it in its table. */
  void holdsAgain(long key) {
    long told = places.get(key);
    places.put(key, StationMap.ABSENT);
    population(told).comeBack(index(told));
  }

  /** Nothing is told any more. */
  void drop(long key) {
    long told = places.get(key);
    holdsAgain(key);
    population(told).leave(index(told));
  }

  /** Tidies up at most so many slots. */
  void tidy(int slots) {
    places.tidy(slots);
  }

  private Population population(long entry) {
    return StationEntry.isPort(StationEntry.destination(entry)) ? ports : remotes;
  }

  private static int index(long entry) {
    return StationEntry.index(StationEntry.destination(entry));
  }
}
