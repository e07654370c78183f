package net.viaduct.vtep.learning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.viaduct.vtep.settings.StationPolicy.Moves;

/**
 * Whether a learned station that is seen elsewhere is followed. Most move now and then, and are
 * followed at once; one that two machines claim, or that a loop brings back, flaps, and would take
 * everybody's frames with it each time. Owned by the data-path thread; {@link #flaps} is for any
 * thread.
 *
 * <p>Every move adds one to a station's penalty, which is paid off by one every {@link
 * #SECONDS_PER_MOVE}. With more than {@link #MOST_MOVES} (5 within a minute or so; RFC 7432 section
 * 15.1 has 5 in 180 s) the station stays where it is, for a second at first and twice as long each
 * time, up to {@link #LONGEST_HOLD_SECONDS}; as long as it is claimed from elsewhere meanwhile,
 * nothing is paid off. So an honest station that moves in haste loses a second, and a duplicate
 * soon moves about once a minute.
 *
 * <p>Memory is bounded: only the stations that moved last are remembered.
 */
public final class MoveDamper {
  /** How many moves in haste are followed. */
  static final int MOST_MOVES = 5;

  /** After how many seconds a move is forgotten. */
  static final int SECONDS_PER_MOVE = 12;

  /** For how many seconds a station is held at most. */
  static final int LONGEST_HOLD_SECONDS = 64;

  private static final int STATIONS = 4096;
  private static final int WAYS = 8;
  private static final int SET_SHIFT = 64 - Integer.numberOfTrailingZeros(STATIONS / WAYS);
  private static final int NETWORK_SHIFT = 48;
  private static final long MAC_MASK = (1L << NETWORK_SHIFT) - 1;
  private static final int MOST_SHOWN = 256;

  private final Moves[] policies;
  private final long seed;
  private final long[] keys = new long[STATIONS];
  private final int[] penalties = new int[STATIONS];
  private final int[] paidSeconds = new int[STATIONS];
  private final int[] heldUntilSeconds = new int[STATIONS];
  private final int[] holdSeconds = new int[STATIONS];
  private final int[] places = new int[STATIONS];
  private final int[] claims = new int[STATIONS];
  private volatile List<Flap> flaps = List.of();
  private boolean anythingToShow;

  /**
   * Nobody moved yet.
   *
   * @param networks how many there can be
   * @param seed makes the places of stations unpredictable
   */
  public MoveDamper(int networks, long seed) {
    this.policies = new Moves[networks];
    this.seed = seed;
    Arrays.fill(policies, Moves.DAMP);
  }

  /** What becomes of the stations of a network that move, from now on. */
  public void policy(int network, Moves moves) {
    policies[network] = moves;
  }

  /**
   * A learned station is seen elsewhere; whether it is followed.
   *
   * @param key network and MAC address, as the FDB's key; not 0
   * @param from where it is, as the FDB names places
   * @param to where it was seen
   */
  public boolean mayMove(long key, int from, int to, int nowSeconds) {
    Moves moves = policies[(int) (key >>> NETWORK_SHIFT)];
    if (moves == Moves.FOLLOW) {
      return true;
    }
    if (moves == Moves.DAMP && VirtualRouters.isVirtual(key & MAC_MASK)) {
      return true;
    }
    int at = find(key, nowSeconds);
    payOff(at, nowSeconds);
    if (moves == Moves.NEVER || nowSeconds < heldUntilSeconds[at]) {
      hold(at, from, to, nowSeconds);
      return false;
    }
    penalties[at]++;
    places[at] = to;
    claims[at] = from;
    if (penalties[at] > MOST_MOVES) {
      holdSeconds[at] = Math.clamp(holdSeconds[at] * 2L, 1, LONGEST_HOLD_SECONDS);
      heldUntilSeconds[at] = nowSeconds + holdSeconds[at];
      anythingToShow = true;
    }
    return true;
  }

  /** What {@link #mayMove} would say; changes nothing. */
  public boolean wouldMove(long key, int nowSeconds) {
    Moves moves = policies[(int) (key >>> NETWORK_SHIFT)];
    if (moves == Moves.NEVER) {
      return false;
    }
    if (moves == Moves.FOLLOW || VirtualRouters.isVirtual(key & MAC_MASK)) {
      return true;
    }
    int first = firstOfSet(key);
    for (int at = first; at < first + WAYS; at++) {
      if (keys[at] == key) {
        return nowSeconds >= heldUntilSeconds[at];
      }
    }
    return true;
  }

  private int firstOfSet(long key) {
    long hash = (key ^ seed) * 0x9e37_79b9_7f4a_7c15L;
    return (int) (hash >>> SET_SHIFT) * WAYS;
  }

  private void hold(int at, int from, int to, int nowSeconds) {
    penalties[at] = Math.max(1, penalties[at]);
    paidSeconds[at] = nowSeconds;
    holdSeconds[at] = Math.max(1, holdSeconds[at]);
    places[at] = from;
    claims[at] = to;
    anythingToShow = true;
  }

  private void payOff(int at, int nowSeconds) {
    int moves = Math.min(penalties[at], (nowSeconds - paidSeconds[at]) / SECONDS_PER_MOVE);
    penalties[at] -= moves;
    paidSeconds[at] += moves * SECONDS_PER_MOVE;
    if (penalties[at] == 0) {
      paidSeconds[at] = nowSeconds;
      holdSeconds[at] = 0;
    }
  }

  /** Where a station is remembered; who was quiet for longest is forgotten for it. */
  private int find(long key, int nowSeconds) {
    int first = firstOfSet(key);
    int oldest = first;
    for (int at = first; at < first + WAYS; at++) {
      if (keys[at] == key) {
        return at;
      }
      if (keys[oldest] != 0 && (keys[at] == 0 || quietest(at, oldest))) {
        oldest = at;
      }
    }
    keys[oldest] = key;
    penalties[oldest] = 0;
    paidSeconds[oldest] = nowSeconds;
    heldUntilSeconds[oldest] = nowSeconds;
    holdSeconds[oldest] = 0;
    return oldest;
  }

  private boolean quietest(int at, int other) {
    return Math.max(paidSeconds[at], heldUntilSeconds[at])
            - Math.max(paidSeconds[other], heldUntilSeconds[other])
        < 0;
  }

  /** Brings {@link #flaps} up to date; to be called about once a second. */
  public void publish(int nowSeconds) {
    if (!anythingToShow) {
      return;
    }
    List<Flap> now = new ArrayList<>();
    for (int at = 0; at < STATIONS && now.size() < MOST_SHOWN; at++) {
      if (keys[at] != 0 && holdSeconds[at] > 0) {
        payOff(at, nowSeconds);
        if (holdSeconds[at] > 0) {
          now.add(flap(at, nowSeconds));
        }
      }
    }
    anythingToShow = !now.isEmpty();
    flaps = List.copyOf(now);
  }

  private Flap flap(int at, int nowSeconds) {
    return new Flap(
        (int) (keys[at] >>> NETWORK_SHIFT),
        keys[at] & MAC_MASK,
        places[at],
        claims[at],
        Math.max(0, heldUntilSeconds[at] - nowSeconds));
  }

  /** The stations that two places claim, at most 256, as of the last {@link #publish}. */
  public List<Flap> flaps() {
    return flaps;
  }
}
