package net.viaduct.vtep.tables;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many stations there are for each port, or remote, or network, by index; and which of these
 * are retired, so that their stations count for nothing. Some are told to be there and learned
 * elsewhere: there is room for them. Written by the owner of the FDB, read by any thread.
 */
final class Population {
  private static final int RETIRED = 1 << 31;

  private final AtomicIntegerArray counts;
  private final AtomicIntegerArray elsewhere;
  private final int usualLimit;
  private final int[] limits;
  private int retiredStations;

  /**
   * Nobody anywhere.
   *
   * @param usualLimit of stations for each index that has no limit of its own
   */
  Population(int indices, int usualLimit) {
    this.counts = new AtomicIntegerArray(indices);
    this.elsewhere = new AtomicIntegerArray(indices);
    this.usualLimit = usualLimit;
    this.limits = new int[indices];
    Arrays.fill(limits, usualLimit);
  }

  /** Gives an index a limit of its own, or the usual one. Owner. */
  void limit(int index, OptionalInt limit) {
    limits[index] = limit.orElse(usualLimit);
  }

  /** Those that are there. */
  int count(int index) {
    return Math.max(0, expected(index) - elsewhere.getOpaque(index));
  }

  private int expected(int index) {
    return counts.getOpaque(index) & ~RETIRED;
  }

  /** Whether nobody is there, nor told to be. Owner. */
  boolean isDeserted(int index) {
    return expected(index) == 0;
  }

  /** Whether nobody more may come. Owner. */
  boolean isFull(int index) {
    return expected(index) >= limits[index];
  }

  boolean isRetired(int index) {
    return counts.getOpaque(index) < 0;
  }

  /** Stations that are to be swept away because of what they are at. Owner. */
  int retiredStations() {
    return retiredStations;
  }

  void retire(int index) {
    retiredStations += expected(index);
    counts.setOpaque(index, expected(index) | RETIRED);
  }

  /** The index gets a new life. Nobody may be left. */
  void revive(int index) {
    counts.setOpaque(index, 0);
  }

  /** One that is told to be there is elsewhere. */
  void goElsewhere(int index) {
    elsewhere.setOpaque(index, elsewhere.getPlain(index) + 1);
  }

  /** One that is told to be there is not elsewhere any more. */
  void comeBack(int index) {
    elsewhere.setOpaque(index, elsewhere.getPlain(index) - 1);
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
