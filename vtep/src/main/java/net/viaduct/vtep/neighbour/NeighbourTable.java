package net.viaduct.vtep.neighbour;

import java.util.Arrays;

/**
 * Which station of a network has which IP address. Owned by the data-path thread.
 *
 * <p>Records lie in arrays that grow with use; each is in two chains: of its address, and of its
 * station. Entries of a network that went count for nothing from then on, and are swept later.
 */
public final class NeighbourTable {
  /** No record. */
  public static final int NONE = -1;

  /** The station is an IPv6 router. */
  public static final int ROUTER = 1;

  /** An advertisement of the station replaces what others know (RFC 4861 section 4.4). */
  public static final int OVERRIDE = 2;

  /** The station itself said which of the flags it has, so that somebody may answer for it. */
  public static final int FLAGS_KNOWN = 4;

  /** The address was said by the configuration. */
  public static final int STATIC = 8;

  /** Somebody else claims the address; who has it is being asked. */
  public static final int CONTESTED = 16;

  /** How many learned addresses a station may have. */
  public static final int MOST_PER_STATION = 64;

  private static final int SMALLEST = 256;
  private static final int NETWORK_SHIFT = 48;
  private static final long MAC_MASK = (1L << NETWORK_SHIFT) - 1;

  private final int mostRecords;
  private final long seed;
  private final int[] byAddress;
  private final int[] byStation;
  private final int[] counts;
  private final int[] limits;
  private final short[] lives;
  private long[] highs = new long[SMALLEST];
  private long[] lows = new long[SMALLEST];
  private long[] stations = new long[SMALLEST];
  private int[] seenSeconds = new int[SMALLEST];
  private int[] flags = new int[SMALLEST];
  private short[] livesOfRecords = new short[SMALLEST];
  private int[] nextOfAddress = new int[SMALLEST];
  private int[] nextOfStation = new int[SMALLEST];
  private int end;
  private int free = NONE;
  private int hand;

  /**
   * An empty table.
   *
   * @param mostRecords how many addresses there can be in all, a power of two
   * @param networks how many networks there can be
   * @param seed makes the places of entries unpredictable
   */
  public NeighbourTable(int mostRecords, int networks, long seed) {
    this.mostRecords = mostRecords;
    this.seed = seed;
    this.byAddress = new int[mostRecords];
    this.byStation = new int[mostRecords];
    this.counts = new int[networks];
    this.limits = new int[networks];
    this.lives = new short[networks];
    Arrays.fill(byAddress, NONE);
    Arrays.fill(byStation, NONE);
    Arrays.fill(limits, mostRecords);
  }

  /** How many learned addresses a network may have. */
  public void limit(int network, int addresses) {
    limits[network] = addresses;
  }

  /** The addresses of a network count for nothing from now on. */
  public void forget(int network) {
    lives[network]++;
    counts[network] = 0;
  }

  /** The record of an address, or {@link #NONE}. */
  public int find(int network, long high, long low) {
    int at = byAddress[bucket(addressHash(network, high, low))];
    while (at != NONE && !(lows[at] == low && highs[at] == high && isOf(at, network))) {
      at = nextOfAddress[at];
    }
    return at;
  }

  private boolean isOf(int at, int network) {
    return network(at) == network && livesOfRecords[at] == lives[network];
  }

  /** The first record of a station, or {@link #NONE}. */
  public int firstOf(int network, long mac) {
    return alive(byStation[bucket(stationHash(station(network, mac)))], station(network, mac));
  }

  /** The next record of the same station, or {@link #NONE}. */
  public int nextOf(int record) {
    return alive(nextOfStation[record], stations[record]);
  }

  private int alive(int from, long station) {
    int at = from;
    while (at != NONE
        && !(stations[at] == station && isOf(at, (int) (station >>> NETWORK_SHIFT)))) {
      at = nextOfStation[at];
    }
    return at;
  }

  /**
   * Enters an address that is not there.
   *
   * @return its record, or {@link #NONE} if there is no room
   */
  public int enter(int network, long high, long low, long mac, int nowSeconds) {
    if (counts[network] >= limits[network] || isFull(network, mac)) {
      return NONE;
    }
    int at = allocate();
    if (at == NONE) {
      return NONE;
    }
    highs[at] = high;
    lows[at] = low;
    stations[at] = station(network, mac);
    seenSeconds[at] = nowSeconds;
    flags[at] = 0;
    livesOfRecords[at] = lives[network];
    int bucket = bucket(addressHash(network, high, low));
    nextOfAddress[at] = byAddress[bucket];
    byAddress[bucket] = at;
    linkStation(at);
    counts[network]++;
    return at;
  }

  private boolean isFull(int network, long mac) {
    int count = 0;
    for (int at = firstOf(network, mac); at != NONE; at = nextOf(at)) {
      count++;
    }
    return count >= MOST_PER_STATION;
  }

  private void linkStation(int at) {
    int bucket = bucket(stationHash(stations[at]));
    nextOfStation[at] = byStation[bucket];
    byStation[bucket] = at;
  }

  private int allocate() {
    if (free != NONE) {
      int at = free;
      free = nextOfAddress[at];
      return at;
    }
    if (end == mostRecords) {
      return NONE;
    }
    if (end == highs.length) {
      grow(end * 2);
    }
    return end++;
  }

  private void grow(int records) {
    highs = Arrays.copyOf(highs, records);
    lows = Arrays.copyOf(lows, records);
    stations = Arrays.copyOf(stations, records);
    seenSeconds = Arrays.copyOf(seenSeconds, records);
    flags = Arrays.copyOf(flags, records);
    livesOfRecords = Arrays.copyOf(livesOfRecords, records);
    nextOfAddress = Arrays.copyOf(nextOfAddress, records);
    nextOfStation = Arrays.copyOf(nextOfStation, records);
  }

  /** Takes a record out. */
  public void remove(int record) {
    int network = network(record);
    if (livesOfRecords[record] == lives[network]) {
      counts[network]--;
    }
    int bucket = bucket(addressHash(network, highs[record], lows[record]));
    byAddress[bucket] = unlink(byAddress[bucket], record, nextOfAddress);
    unlinkStation(record);
    stations[record] = 0;
    nextOfAddress[record] = free;
    free = record;
  }

  private void unlinkStation(int record) {
    int bucket = bucket(stationHash(stations[record]));
    byStation[bucket] = unlink(byStation[bucket], record, nextOfStation);
  }

  private static int unlink(int first, int record, int[] next) {
    if (first == record) {
      return next[record];
    }
    int at = first;
    while (next[at] != record) {
      at = next[at];
    }
    next[at] = next[record];
    return first;
  }

  /** Another station of the same network has the address now. */
  public void move(int record, long mac, int nowSeconds) {
    unlinkStation(record);
    stations[record] = station(network(record), mac);
    seenSeconds[record] = nowSeconds;
    flags[record] = 0;
    linkStation(record);
  }

  /** Its station told again that it has the address. */
  public void seen(int record, int nowSeconds) {
    seenSeconds[record] = nowSeconds;
  }

  /** Sets {@link #ROUTER} and its companions. */
  public void flags(int record, int value) {
    flags[record] = value;
  }

  /** {@link #ROUTER} and its companions. */
  public int flags(int record) {
    return flags[record];
  }

  /** The index of its network. */
  public int network(int record) {
    return (int) (stations[record] >>> NETWORK_SHIFT);
  }

  /** The station that has the address. */
  public long mac(int record) {
    return stations[record] & MAC_MASK;
  }

  /** Upper half of the address. */
  public long high(int record) {
    return highs[record];
  }

  /** Lower half of the address. */
  public long low(int record) {
    return lows[record];
  }

  /** Whether it is an IPv4 address, whose bits are the lower 32 of {@link #low}. */
  public boolean isIpv4(int record) {
    return highs[record] == 0 && lows[record] >>> 32 == 0xffff;
  }

  /** For how long the station has not told that it has the address, in seconds. */
  public int ageSeconds(int record, int nowSeconds) {
    return nowSeconds - seenSeconds[record];
  }

  /** Whether there is an address of a network that is there. */
  public boolean isThere(int record) {
    return stations[record] != 0 && livesOfRecords[record] == lives[network(record)];
  }

  /** One more than the largest record that was ever used. */
  public int end() {
    return end;
  }

  /** How many addresses a network has. */
  public int count(int network) {
    return counts[network];
  }

  /** Looks at some records and takes out what was learned and is too old, or of no network. */
  public void sweep(int records, int oldestSeconds, int nowSeconds) {
    for (int i = Math.min(records, end); i > 0; i--) {
      hand = hand + 1 < end ? hand + 1 : 0;
      boolean old = (flags[hand] & STATIC) == 0 && ageSeconds(hand, nowSeconds) > oldestSeconds;
      if (stations[hand] != 0 && (old || !isThere(hand))) {
        remove(hand);
      }
    }
  }

  private static long station(int network, long mac) {
    return (long) network << NETWORK_SHIFT | mac;
  }

  private long addressHash(int network, long high, long low) {
    return (high * 31 + low + network) ^ seed;
  }

  private long stationHash(long station) {
    return station ^ seed;
  }

  private int bucket(long value) {
    long h = value * 0x9e37_79b9_7f4a_7c15L;
    h ^= h >>> 32;
    return (int) ((h * 0xd6e8_feb8_6659_fd93L) >>> 40) & (mostRecords - 1);
  }
}
