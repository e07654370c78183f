package net.viaduct.lab.ping;

import java.util.Arrays;

/**
 * How long answers took. Immutable; all zero if there was none.
 *
 * @param minimumNs of the fastest
 * @param medianNs half were faster
 * @param meanNs of all
 * @param maximumNs of the slowest
 */
public record RoundTrips(long minimumNs, long medianNs, long meanNs, long maximumNs) {
  /** Of these times. */
  static RoundTrips of(long[] timesNs) {
    if (timesNs.length == 0) {
      return new RoundTrips(0, 0, 0, 0);
    }
    long[] sorted = timesNs.clone();
    Arrays.sort(sorted);
    return new RoundTrips(
        sorted[0],
        sorted[sorted.length / 2],
        Arrays.stream(sorted).sum() / sorted.length,
        sorted[sorted.length - 1]);
  }
}
