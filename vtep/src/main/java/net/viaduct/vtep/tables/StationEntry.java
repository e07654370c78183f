package net.viaduct.vtep.tables;

import net.viaduct.vtep.Origin;

/**
 * What the FDB knows about a station, in a long that is never negative and never 0. Stateless: safe
 * from any thread.
 *
 * <pre>
 *  63      57   56    55  54 53  52 51      28 27        0
 * +----------+-------+------+------+----------+-----------+
 * | reserved |instead|origin| kind |  index   | last seen |
 * +----------+-------+------+------+----------+-----------+
 * </pre>
 *
 * A destination is kind and index: a port of this host, or a remote. Last seen is in seconds of the
 * VTEP's clock, modulo 2^28 (eight years). Instead: it was learned, and a controller told another
 * place, which holds again when this one does not.
 */
public final class StationEntry {
  private static final int SEEN_BITS = 28;
  private static final long SEEN_MASK = (1L << SEEN_BITS) - 1;
  private static final int INDEX_BITS = 24;
  private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;
  private static final int KIND_PORT = 1 << INDEX_BITS;
  private static final int KIND_REMOTE = 2 << INDEX_BITS;
  private static final int DESTINATION_MASK = (1 << (INDEX_BITS + 2)) - 1;
  private static final int ORIGIN_SHIFT = SEEN_BITS + INDEX_BITS + 2;
  private static final int LEARNED_RANK = Origin.LEARNED.rank();
  private static final long INSTEAD = 1L << (ORIGIN_SHIFT + 2);

  private StationEntry() {}

  /** The destination that is a port. */
  public static int atPort(int index) {
    return KIND_PORT | index;
  }

  /** The destination that is a remote. */
  public static int atRemote(int index) {
    return KIND_REMOTE | index;
  }

  /** Whether a destination is a port; else it is a remote. */
  public static boolean isPort(int destination) {
    return (destination & KIND_PORT) != 0;
  }

  /** The index of the port or of the remote. */
  public static int index(int destination) {
    return destination & INDEX_MASK;
  }

  /** An entry. */
  public static long of(int destination, Origin origin, int seenSeconds) {
    return (long) origin.rank() << ORIGIN_SHIFT
        | (long) destination << SEEN_BITS
        | (seenSeconds & SEEN_MASK);
  }

  /** Where the station is. */
  public static int destination(long entry) {
    return (int) (entry >>> SEEN_BITS) & DESTINATION_MASK;
  }

  /** Who says so. */
  public static Origin origin(long entry) {
    return Origin.ofRank((int) (entry >>> ORIGIN_SHIFT) & 3);
  }

  /** Whether it was learned from a frame. */
  public static boolean isLearned(long entry) {
    return ((entry >>> ORIGIN_SHIFT) & 3) == LEARNED_RANK;
  }

  /** Whether it was learned while a controller told another place. */
  public static boolean isInsteadOfTold(long entry) {
    return (entry & INSTEAD) != 0;
  }

  /** The same, learned while a controller told another place. */
  static long insteadOfTold(long entry) {
    return entry | INSTEAD;
  }

  /** The same, with no other place that is told. */
  static long alone(long entry) {
    return entry & ~INSTEAD;
  }

  /** For how long nothing was heard of it, in seconds. */
  public static int ageSeconds(long entry, int nowSeconds) {
    return (int) ((nowSeconds - entry) & SEEN_MASK);
  }

  /** Whether it was heard of in this second. */
  static boolean isSeenAt(long entry, int nowSeconds) {
    return ageSeconds(entry, nowSeconds) == 0;
  }
}
