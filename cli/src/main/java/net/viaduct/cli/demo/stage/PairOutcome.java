package net.viaduct.cli.demo.stage;

import net.viaduct.lab.ping.PingResult;

/**
 * Pings from one machine to another; times are round trips in microseconds. Immutable.
 *
 * @param sent how many
 * @param lost how many of them were not answered
 */
public record PairOutcome(
    String from,
    String to,
    int sent,
    int lost,
    double minimumMicros,
    double medianMicros,
    double maximumMicros) {
  private static final double NS_PER_MICRO = 1000;

  /** What a flow of pings has come to. */
  public static PairOutcome of(PingResult result) {
    return new PairOutcome(
        result.flow().from(),
        result.flow().to(),
        result.sent(),
        result.lost(),
        result.roundTrips().minimumNs() / NS_PER_MICRO,
        result.roundTrips().medianNs() / NS_PER_MICRO,
        result.roundTrips().maximumNs() / NS_PER_MICRO);
  }
}
