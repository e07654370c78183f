package net.viaduct.vtep.tables;

/**
 * Whom the FDB forgets for a new station where there is no room: one that was learned and is
 * silent, of those who have the most, so that whoever floods addresses loses his own. Owned by the
 * data-path thread.
 *
 * <p>Greed is told by the stations of a network, and among equals by those at the same place; a
 * station makes room only for one that is no greedier. Only some slots are looked at for each new
 * station, further on each time, so that a flood of them costs little; who is refused is likely to
 * be taken when it speaks again.
 */
final class FairForgetting {
  private static final int SLOTS_PER_STATION = 64;

  /** Nobody who spoke within this time is forgotten. */
  private static final int SILENCE_SECONDS = 5;

  private static final int NETWORK_SHIFT = 48;

  private final StationMap stations;
  private final Population ports;
  private final Population remotes;
  private final Population networks;
  private long hand;

  FairForgetting(StationMap stations, Population ports, Population remotes, Population networks) {
    this.stations = stations;
    this.ports = ports;
    this.remotes = remotes;
    this.networks = networks;
  }

  /**
   * The key of a station to be forgotten, or 0.
   *
   * @param full what is full
   * @param network of the new station
   * @param destination of the new station
   */
  long victim(LearnOutcome full, int network, int destination, int nowSeconds) {
    long victim = 0;
    long greatest = greed(network, destination);
    int oldest = SILENCE_SECONDS - 1;
    for (int i = 0; i < SLOTS_PER_STATION; i++) {
      hand = hand + 1 < stations.capacity() ? hand + 1 : 0;
      long entry = stations.valueAt(hand);
      long key = stations.keyAt(hand);
      if (entry == StationMap.ABSENT
          || !StationEntry.isLearned(entry)
          || !helps(full, key, entry, network, destination)) {
        continue;
      }
      int age = StationEntry.ageSeconds(entry, nowSeconds);
      long greed = greed((int) (key >>> NETWORK_SHIFT), StationEntry.destination(entry));
      if (age >= SILENCE_SECONDS && (greed > greatest || (greed == greatest && age > oldest))) {
        victim = key;
        greatest = greed;
        oldest = age;
      }
    }
    return victim;
  }

  /** Whether somebody would be forgotten; changes nothing. */
  boolean hasVictim(LearnOutcome full, int network, int destination, int nowSeconds) {
    long before = hand;
    boolean found = victim(full, network, destination, nowSeconds) != 0;
    hand = before;
    return found;
  }

  private static boolean helps(
      LearnOutcome full, long key, long entry, int network, int destination) {
    return switch (full) {
      case PORT_FULL, REMOTE_FULL -> StationEntry.destination(entry) == destination;
      case NETWORK_FULL -> goes(entry) && (int) (key >>> NETWORK_SHIFT) == network;
      case TABLE_FULL -> goes(entry);
      case KNOWN, NEW, MOVED, HELD, OUTRANKED -> false;
    };
  }

  /** Whether nothing is left of it when what was learned is forgotten. */
  private static boolean goes(long entry) {
    return !StationEntry.isInsteadOfTold(entry);
  }

  private long greed(int network, int destination) {
    Population there = StationEntry.isPort(destination) ? ports : remotes;
    return (long) networks.count(network) << 32 | there.count(StationEntry.index(destination));
  }
}
