package net.viaduct.vtep;

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
  /** Learns, with the time and the limit of the VTEP. */
  public static final StationPolicy USUAL =
      new StationPolicy(true, Optional.empty(), OptionalInt.empty());

  /** Checks the ranges. */
  public StationPolicy {
    ageing.ifPresent(VtepConfig::requireAgeing);
    if (limit.isPresent() && limit.getAsInt() < 1) {
      throw new IllegalArgumentException("a limit of " + limit.getAsInt() + " stations");
    }
  }
}
