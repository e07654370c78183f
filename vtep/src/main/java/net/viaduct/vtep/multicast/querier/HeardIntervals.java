package net.viaduct.vtep.multicast.querier;

/** How rarely another querier asks, by what it says and what it does. Owned by the data-path. */
public final class HeardIntervals {
  private static final long LONGEST_INTERVAL_NS = 3_600_000_000_000L;

  private long last4Ns = Long.MIN_VALUE;
  private long last6Ns = Long.MIN_VALUE;

  /** None heard. */
  public HeardIntervals() {}

  /**
   * A general query was heard.
   *
   * @param saidNs the interval that it tells; 0 if it does not
   * @return the longer one of that and of the time since the last; at most an hour
   */
  public long heard(boolean ipv4, long saidNs, long nowNs) {
    long last = ipv4 ? last4Ns : last6Ns;
    long gap = last == Long.MIN_VALUE ? 0 : nowNs - last;
    if (ipv4) {
      last4Ns = nowNs;
    } else {
      last6Ns = nowNs;
    }
    return Math.min(Math.max(saidNs, gap), LONGEST_INTERVAL_NS);
  }
}
