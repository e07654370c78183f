package net.viaduct.vtep.multicast.querier;

import net.viaduct.vtep.multicast.membership.MembershipTimes;
import net.viaduct.wire.IpAddress;

/**
 * Who asks the machines of a network, for IPv4 or for IPv6: the lowest address (RFC 9776 section
 * 6.6.2, RFC 9777 section 7.6.2). Owned by the data-path thread.
 *
 * <p>Bridges ask with the source 0.0.0.0, which stands back for every real address (RFC 4541
 * section 2.1.1). Among VTEPs that do so the underlay address decides.
 */
public final class QuerierElection {
  private static final long BREATH_NS = 1_000_000_000L;

  private final boolean candidate;
  private final QuerierRank own;
  private MembershipTimes times;
  private QuerierRank other;
  private long otherUntilNs = Long.MIN_VALUE;
  private long dueNs;
  private long askedNs = Long.MIN_VALUE / 2;
  private int startupLeft;

  /**
   * An election that is won until somebody else is heard.
   *
   * @param candidate whether this host asks at all
   */
  public QuerierElection(boolean candidate, QuerierRank own, MembershipTimes times, long nowNs) {
    this.candidate = candidate;
    this.own = own;
    this.other = own;
    this.times = times;
    start(nowNs);
  }

  private void start(long nowNs) {
    startupLeft = times.robustness();
    dueNs = nowNs;
  }

  /** Times are others from now on. */
  public void times(MembershipTimes value) {
    times = value;
  }

  /** A query was heard; whether it comes from the one who is elected now, and not from us. */
  public boolean heard(QuerierRank sender, long nowNs) {
    if (candidate && own.compareTo(sender) <= 0) {
      return false;
    }
    if (hasOther(nowNs) && other.compareTo(sender) < 0) {
      return false;
    }
    other = sender;
    otherUntilNs = nowNs + times.otherQuerierNs();
    return true;
  }

  /** Whether this host asks. */
  public boolean isOurs(long nowNs) {
    return candidate && !hasOther(nowNs);
  }

  /** Whether somebody else asks. */
  public boolean hasOther(long nowNs) {
    return otherUntilNs > nowNs;
  }

  /** Who asks. */
  public IpAddress querier(long nowNs) {
    return hasOther(nowNs) ? other.address() : own.address();
  }

  /** Whether it is time to ask everybody; if so, the next time is set. */
  public boolean isDue(long nowNs) {
    if (!candidate || dueNs > nowNs) {
      return false;
    }
    if (hasOther(nowNs)) {
      startupLeft = times.robustness();
      dueNs = otherUntilNs;
      return false;
    }
    askedNs = nowNs;
    boolean early = startupLeft > 1;
    startupLeft = Math.max(0, startupLeft - 1);
    dueNs = nowNs + (early ? times.startupIntervalNs() : times.queryIntervalNs());
    return true;
  }

  /** There is somebody new to ask: asks soon again, as after the start. */
  public void hurry(long nowNs) {
    startupLeft = times.robustness();
    dueNs = Math.min(dueNs, Math.max(nowNs, askedNs + BREATH_NS));
  }
}
