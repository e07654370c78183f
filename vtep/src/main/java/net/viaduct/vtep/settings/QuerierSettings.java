package net.viaduct.vtep.settings;

import java.time.Duration;
import net.viaduct.wire.IpAddress;

/**
 * How a network's machines are asked which groups they listen to (RFC 9776 section 8, RFC 9777
 * section 9). Immutable.
 *
 * @param enabled whether this host asks when nobody else does
 * @param address IPv4 source of queries; 0.0.0.0 stands back for every other querier (RFC 4541
 *     section 2.1.1)
 * @param interval between queries, whole seconds, 1 s to 127 s
 * @param response within which time machines answer, 100 ms to 12 s, less than the interval
 * @param lastMember within which time they answer when somebody left, 100 ms to 12 s
 * @param robustness how many messages in a row may be lost, and one more; 1 to 7
 */
public record QuerierSettings(
    boolean enabled,
    IpAddress address,
    Duration interval,
    Duration response,
    Duration lastMember,
    int robustness) {
  private static final Duration SHORTEST_ANSWER = Duration.ofMillis(100);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(12);

  /** 0.0.0.0. */
  public static final IpAddress NO_ADDRESS = IpAddress.ofIpv4(0);

  /** As the RFCs have it. */
  public static final QuerierSettings DEFAULT =
      new QuerierSettings(
          true,
          NO_ADDRESS,
          Duration.ofSeconds(125),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          2);

  /** Checks the ranges. */
  public QuerierSettings {
    if (!address.isIpv4() || address.isMulticast() || address.ipv4Bits() == -1) {
      throw new IllegalArgumentException(address + " is not an IPv4 address of one machine");
    }
    long seconds = interval.toSeconds();
    if (seconds < 1 || seconds > 127 || !interval.equals(Duration.ofSeconds(seconds))) {
      throw new IllegalArgumentException(
          "query interval of " + interval.toMillis() + " ms is not within 1 s to 127 s");
    }
    requireAnswer("query response", response);
    requireAnswer("last member response", lastMember);
    if (response.compareTo(interval) >= 0) {
      throw new IllegalArgumentException(
          "machines may take "
              + response.toMillis()
              + " ms to answer, but are asked again after "
              + interval.toMillis()
              + " ms");
    }
    if (robustness < 1 || robustness > 7) {
      throw new IllegalArgumentException("robustness " + robustness + " is not within 1 to 7");
    }
  }

  private static void requireAnswer(String what, Duration time) {
    if (time.compareTo(SHORTEST_ANSWER) < 0 || time.compareTo(LONGEST_ANSWER) > 0) {
      throw new IllegalArgumentException(
          what + " of " + time.toMillis() + " ms is not within 100 ms to 12 s");
    }
  }
}
