package net.viaduct.vtep.multicast.querier;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** The groups that somebody left and about which to ask. Owned by the data-path thread. */
public final class PendingQueries {
  private static final int MOST_PENDING = 256;

  private final List<PendingQuery> pending = new ArrayList<>();

  /** None. */
  public PendingQueries() {}

  /**
   * Asks about a group, or begins again with it.
   *
   * @param port that is asked; null if everybody is
   */
  public void add(IpAddress group, @Nullable LocalPort port, int times, long nowNs) {
    for (PendingQuery query : pending) {
      if (query.group().equals(group) && Objects.equals(query.port(), port)) {
        query.again(times);
        return;
      }
    }
    if (pending.size() < MOST_PENDING) {
      pending.add(new PendingQuery(group, port, times, nowNs));
    }
  }

  /** All of them. */
  public List<PendingQuery> all() {
    return pending;
  }

  /** Forgets those about which was asked often enough. */
  public void sweep() {
    pending.removeIf(PendingQuery::isDone);
  }
}
