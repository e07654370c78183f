package net.viaduct.vtep.multicast.report;

/**
 * The version in which those who ask are answered: the oldest that was heard lately (RFC 9776
 * section 7.2.1, RFC 9777 section 8.2.1). Owned by the data-path thread.
 */
final class QuerierVersion {
  private long firstUntilNs = Long.MIN_VALUE;
  private long secondUntilNs = Long.MIN_VALUE;

  QuerierVersion() {}

  /**
   * A query was heard.
   *
   * @param version of IGMP; MLD's 1 is IGMP's 2, and its 2 is 3
   * @param untilNs for how long that counts
   */
  void heard(int version, long untilNs) {
    if (version == 1) {
      firstUntilNs = untilNs;
    } else if (version == 2) {
      secondUntilNs = untilNs;
    }
  }

  /** The version to speak, 1 to 3. */
  int now(long nowNs) {
    return firstUntilNs > nowNs ? 1 : secondUntilNs > nowNs ? 2 : 3;
  }
}
