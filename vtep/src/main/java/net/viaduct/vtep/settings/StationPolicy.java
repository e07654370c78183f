package net.viaduct.vtep.settings;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a network comes to know stations. Immutable.
 *
 * @param sources from which frames stations are learned (R10)
 * @param ageing how long a learned station is believed, if it is not the VTEP's usual time; zero
 *     for ever
 * @param limit how many stations the network may have, if it is not the VTEP's usual limit
 * @param limitPerPort how many stations may be behind each of its ports, if it is not the VTEP's
 *     usual limit
 * @param moves what becomes of a learned station that is seen elsewhere
 * @param whenFull what becomes of a new station where there is no room
 * @param announcesNew whether the first frame of a station that is new or moved here is flooded
 *     even if its destination is known, so that others hear of it
 * @param unknown what becomes of a frame for a station that nobody knows
 * @param outranksTold whether a place that is learned counts more than one that a controller told:
 *     nobody is there who could tell another one
 */
public record StationPolicy(
    Sources sources,
    Optional<Duration> ageing,
    OptionalInt limit,
    OptionalInt limitPerPort,
    Moves moves,
    WhenFull whenFull,
    boolean announcesNew,
    Unknown unknown,
    boolean outranksTold) {
  private static final Duration LONGEST_AGEING = Duration.ofDays(365);

  /** From which frames stations are learned. */
  public enum Sources {
    /** From those of ports and of remotes. */
    EVERYWHERE,
    /** From those of ports; where stations of remotes are must be said. */
    PORTS,
    /** From none. */
    NOTHING
  }

  /** What becomes of a learned station that is seen elsewhere. */
  public enum Moves {
    /** It is followed; one that moves too often stays where it is for a while. */
    DAMP,
    /** It is followed, however often it moves. */
    FOLLOW,
    /** It stays where it was seen first until it is forgotten. */
    NEVER
  }

  /** What becomes of a new station where there is no room. */
  public enum WhenFull {
    /** One that has been silent is forgotten for it, of those who have the most. */
    FORGET,
    /** It is not learned, so that its frames are flooded. */
    REFUSE
  }

  /** What becomes of a frame for a station that nobody knows. */
  public enum Unknown {
    /** It is flooded: whoever it is for gets it, and answers. */
    FLOOD,
    /** It is dropped: a station that is not known is not there. */
    DROP
  }

  /** Learns, with the time and the limits of the VTEP, and announces nobody. */
  public static final StationPolicy USUAL =
      new StationPolicy(true, Optional.empty(), OptionalInt.empty());

  /** Checks the ranges. */
  public StationPolicy {
    ageing.ifPresent(StationPolicy::requireAgeing);
    requireLimit(limit, "stations");
    requireLimit(limitPerPort, "stations per port");
  }

  /**
   * A policy that damps moves, forgets the silent for others, and announces nobody.
   *
   * @param learning whether stations are learned from frames
   */
  public StationPolicy(boolean learning, Optional<Duration> ageing, OptionalInt limit) {
    this(
        learning ? Sources.EVERYWHERE : Sources.NOTHING,
        ageing,
        limit,
        OptionalInt.empty(),
        Moves.DAMP,
        WhenFull.FORGET,
        false,
        Unknown.FLOOD,
        false);
  }

  /** The same with another rule for moves. */
  public StationPolicy with(Moves other) {
    return new StationPolicy(
        sources, ageing, limit, limitPerPort, other, whenFull, announcesNew, unknown, outranksTold);
  }

  /** The same with another rule for want of room. */
  public StationPolicy with(WhenFull other) {
    return new StationPolicy(
        sources, ageing, limit, limitPerPort, moves, other, announcesNew, unknown, outranksTold);
  }

  /** The same with other frames to learn from. */
  public StationPolicy with(Sources other) {
    return new StationPolicy(
        other, ageing, limit, limitPerPort, moves, whenFull, announcesNew, unknown, outranksTold);
  }

  /** The same with another way for frames for unknown stations. */
  public StationPolicy with(Unknown other) {
    return new StationPolicy(
        sources, ageing, limit, limitPerPort, moves, whenFull, announcesNew, other, outranksTold);
  }

  /** The same with another limit per port. */
  public StationPolicy withLimitPerPort(int stations) {
    return new StationPolicy(
        sources,
        ageing,
        limit,
        OptionalInt.of(stations),
        moves,
        whenFull,
        announcesNew,
        unknown,
        outranksTold);
  }

  /** The same, and whether new stations are announced by flooding their first frame. */
  public StationPolicy announcingNew(boolean announces) {
    return new StationPolicy(
        sources, ageing, limit, limitPerPort, moves, whenFull, announces, unknown, outranksTold);
  }

  /** The same, and whether a place that is learned counts more than one that a controller told. */
  public StationPolicy outrankingTold(boolean outranks) {
    return new StationPolicy(
        sources, ageing, limit, limitPerPort, moves, whenFull, announcesNew, unknown, outranks);
  }

  private static void requireLimit(OptionalInt limit, String what) {
    if (limit.isPresent() && limit.getAsInt() < 1) {
      throw new IllegalArgumentException("a limit of " + limit.getAsInt() + " " + what);
    }
  }

  /**
   * The time, if it can be an ageing time.
   *
   * @throws IllegalArgumentException if it is not within 0 to 365 days
   */
  public static Duration requireAgeing(Duration ageing) {
    if (ageing.isNegative() || ageing.compareTo(LONGEST_AGEING) > 0) {
      throw new IllegalArgumentException("ageing of " + ageing + " is not within 0 to 365 days");
    }
    return ageing;
  }
}
