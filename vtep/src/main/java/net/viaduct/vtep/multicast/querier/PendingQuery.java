package net.viaduct.vtep.multicast.querier;

import net.viaduct.wire.IpAddress;

/** A group about which to ask several times (RFC 9776 section 6.6.3.1). Owned by the data-path. */
public final class PendingQuery {
  private final IpAddress group;
  private int left;
  private long dueNs;

  /** So many queries, from now on. */
  public PendingQuery(IpAddress group, int times, long nowNs) {
    this.group = group;
    this.left = times;
    this.dueNs = nowNs;
  }

  /** About which to ask. */
  public IpAddress group() {
    return group;
  }

  /** Begins again. */
  public void again(int times) {
    left = times;
  }

  /** Whether it was asked often enough. */
  public boolean isDone() {
    return left <= 0;
  }

  /** Whether to ask now; if so, the next time is set. */
  public boolean isDue(long intervalNs, long nowNs) {
    if (left <= 0 || dueNs > nowNs) {
      return false;
    }
    left--;
    dueNs = nowNs + intervalNs;
    return true;
  }
}
