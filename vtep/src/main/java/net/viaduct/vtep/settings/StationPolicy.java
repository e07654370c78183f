package net.viaduct.vtep.settings;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a network comes to know stations. Immutable.
 *
 * @param learning whether stations are learned from frames (R10)
 * @param ageing how long a learned station is believed, if it is not the VTEP's usual time; zero
 *     for ever
 * @param limit how many stations the network may have, if it is not the VTEP's usual limit
 */
public record StationPolicy(boolean learning, Optional<Duration> ageing, OptionalInt limit) {
  private static final Duration LONGEST_AGEING = Duration.ofDays(365);

  /** Learns, with the time and the limit of the VTEP. */
  public static final StationPolicy USUAL =
      new StationPolicy(true, Optional.empty(), OptionalInt.empty());

  /** Checks the ranges. */
  public StationPolicy {
    ageing.ifPresent(StationPolicy::requireAgeing);
    if (limit.isPresent() && limit.getAsInt() < 1) {
      throw new IllegalArgumentException("a limit of " + limit.getAsInt() + " stations");
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
