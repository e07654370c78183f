package net.viaduct.vtep.multicast.querier;

import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** A group about which to ask several times (RFC 9776 section 6.6.3.1). Owned by the data-path. */
public final class PendingQuery {
  private final IpAddress group;
  private final @Nullable LocalPort port;
  private int left;
  private long dueNs;

  /**
   * So many queries, from now on.
   *
   * @param port that is asked; null if everybody is
   */
  public PendingQuery(IpAddress group, @Nullable LocalPort port, int times, long nowNs) {
    this.group = group;
    this.port = port;
    this.left = times;
    this.dueNs = nowNs;
  }

  /** About which to ask. */
  public IpAddress group() {
    return group;
  }

  /** The port that is asked; null if everybody is. */
  public @Nullable LocalPort port() {
    return port;
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
