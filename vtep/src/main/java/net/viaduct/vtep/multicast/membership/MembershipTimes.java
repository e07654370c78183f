package net.viaduct.vtep.multicast.membership;

/**
 * How long memberships last, by the words of RFC 9776 section 8 (RFC 9777 section 9 has the same
 * for IPv6). Immutable.
 *
 * @param queryIntervalNs between general queries
 * @param responseNs within which time machines answer a general query
 * @param lastMemberNs within which time they answer when somebody left a group
 * @param robustness how many messages in a row may be lost, and one more; at least 1
 */
public record MembershipTimes(
    long queryIntervalNs, long responseNs, long lastMemberNs, int robustness) {
  /** Checks the ranges. */
  public MembershipTimes {
    if (queryIntervalNs < 1 || responseNs < 1 || lastMemberNs < 1 || robustness < 1) {
      throw new IllegalArgumentException("times and robustness of memberships are positive");
    }
  }

  /** For how long a report holds (section 8.4). */
  public long membershipNs() {
    return robustness * queryIntervalNs + responseNs;
  }

  /** After which silence another querier is gone (section 8.5). */
  public long otherQuerierNs() {
    return robustness * queryIntervalNs + responseNs / 2;
  }

  /** Between the first queries after the start (section 8.6). */
  public long startupIntervalNs() {
    return Math.max(1, queryIntervalNs / 4);
  }

  /** For how long a group is kept after somebody left it, until others answer (section 8.10). */
  public long lastMemberTimeNs() {
    return robustness * lastMemberNs;
  }
}
