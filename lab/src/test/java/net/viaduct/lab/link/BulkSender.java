package net.viaduct.lab.link;

import java.util.TreeMap;

/**
 * A slow, obvious model of a bulk sender by TCP, in virtual time: selective acknowledgements, loss
 * seen when three later packets have arrived, and the window of CUBIC where windows are small (RFC
 * 9438 section 4.3): down to 0.7 of it once a round trip, up by 0.53 packets in each. Owned by the
 * test's thread.
 */
final class BulkSender {
  private static final double DOWN = 0.7;
  private static final double UP = 3 * (1 - DOWN) / (1 + DOWN);
  private static final int LATER_PACKETS = 3;
  private static final double FIRST_WINDOW = 10;
  private static final double LEAST_WINDOW = 2;
  private static final long TIMEOUT_NS = 1_000_000_000;

  private final TreeMap<Long, Long> underWay = new TreeMap<>();
  private double window = FIRST_WINDOW;
  private double slowStartUntil = Double.MAX_VALUE;
  private long next;
  private long recoveredFrom;
  private long arrived;
  private long lastHeardNs;

  /** Whether one more packet may go now. */
  boolean maySend() {
    return underWay.size() < (int) window;
  }

  /** One goes; returns its number. */
  long send(long nowNs) {
    if (underWay.isEmpty()) {
      lastHeardNs = nowNs;
    }
    underWay.put(next, nowNs);
    return next++;
  }

  /** A packet was acknowledged. */
  void acknowledged(long number, long nowNs) {
    lastHeardNs = nowNs;
    if (underWay.remove(number) == null) {
      return; // it was believed to be lost
    }
    arrived++;
    window += window < slowStartUntil ? 1 : UP / window;
    boolean isAnyLost = false;
    while (!underWay.isEmpty() && underWay.firstKey() < number - LATER_PACKETS) {
      long lost = underWay.pollFirstEntry().getKey();
      isAnyLost |= lost >= recoveredFrom;
    }
    if (isAnyLost) {
      reduce(DOWN);
    }
  }

  /** Time has passed. */
  void tick(long nowNs) {
    if (!underWay.isEmpty() && nowNs - lastHeardNs > TIMEOUT_NS) {
      underWay.clear();
      reduce(0);
      lastHeardNs = nowNs;
    }
  }

  private void reduce(double to) {
    window = Math.max(LEAST_WINDOW, window * to);
    slowStartUntil = window;
    recoveredFrom = next; // what was lost before is of the same congestion
  }

  /** How many packets have arrived. */
  long arrived() {
    return arrived;
  }
}
