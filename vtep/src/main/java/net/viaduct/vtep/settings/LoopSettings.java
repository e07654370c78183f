package net.viaduct.vtep.settings;

import java.time.Duration;

/**
 * How loops outside of the network are found: by frames that come back (P25). Immutable.
 *
 * @param enabled whether such frames are sent
 * @param interval between them at each port, 100 ms to 60 s
 * @param retry for how long no frame may have come back before a blocked port is opened, longer
 *     than the interval, to 1 h
 */
public record LoopSettings(boolean enabled, Duration interval, Duration retry) {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(60);
  private static final Duration LONGEST_RETRY = Duration.ofHours(1);

  /** Off. */
  public static final LoopSettings OFF =
      new LoopSettings(false, Duration.ofMillis(500), Duration.ofSeconds(30));

  /** On, twice in a second. */
  public static final LoopSettings ON =
      new LoopSettings(true, Duration.ofMillis(500), Duration.ofSeconds(30));

  /** Checks the ranges. */
  public LoopSettings {
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST_INTERVAL) > 0) {
      throw new IllegalArgumentException(
          "an interval of " + interval.toMillis() + " ms is not within 100 ms to 60 s");
    }
    if (retry.compareTo(interval) <= 0 || retry.compareTo(LONGEST_RETRY) > 0) {
      throw new IllegalArgumentException(
          "retrying after "
              + retry.toMillis()
              + " ms is not within the interval of "
              + interval.toMillis()
              + " ms to 1 h");
    }
  }
}
