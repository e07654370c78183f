package net.viaduct.vtep.watch;

import java.time.Duration;
import java.util.List;

/**
 * Whom a host watches. Immutable.
 *
 * @param self the name of this host: it answers who asks for it
 * @param missedAfter how long a host may be silent, 100 ms to 10 minutes; it is asked three times
 *     in this time
 * @param hosts whom
 */
public record WatchOrder(String self, Duration missedAfter, List<WatchedHost> hosts) {
  private static final Duration LEAST = Duration.ofMillis(100);
  private static final Duration MOST = Duration.ofMinutes(10);

  /** Checks the time and copies the hosts. */
  public WatchOrder {
    if (missedAfter.compareTo(LEAST) < 0 || missedAfter.compareTo(MOST) > 0) {
      throw new IllegalArgumentException("a host is missed after 100 ms to 10 minutes");
    }
    hosts = List.copyOf(hosts);
  }
}
