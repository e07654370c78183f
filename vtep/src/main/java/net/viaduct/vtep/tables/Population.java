package net.viaduct.vtep.tables;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many stations there are for each port, or remote, or network, by index; and which of these
 * are retired, so that their stations count for nothing. Written by the owner of the FDB, read by
 * any thread.
 */
final class Population {
  private static final int RETIRED = 1 << 31;

  private final AtomicIntegerArray counts;
  private final int limit;
  private int retiredStations;

  /**
   * Nobody anywhere.
   *
   * @param limit of stations for each index
   */
  Population(int indices, int limit) {
    this.counts = new AtomicIntegerArray(indices);
    this.limit = limit;
  }

  int count(int index) {
    return counts.getOpaque(index) & ~RETIRED;
  }

  boolean isFull(int index) {
    return count(index) >= limit;
  }

  boolean isRetired(int index) {
    return counts.getOpaque(index) < 0;
  }

  /** Stations that are to be swept away because of what they are at. Owner. */
  int retiredStations() {
    return retiredStations;
  }

  void retire(int index) {
    retiredStations += count(index);
    counts.setOpaque(index, count(index) | RETIRED);
  }

  /** The index gets a new life. Nobody may be left. */
  void revive(int index) {
    counts.setOpaque(index, 0);
  }

  void enter(int index) {
    counts.setOpaque(index, counts.getPlain(index) + 1);
  }

  void leave(int index) {
    if (isRetired(index)) {
      retiredStations--;
    }
    counts.setOpaque(index, counts.getPlain(index) - 1);
  }
}
