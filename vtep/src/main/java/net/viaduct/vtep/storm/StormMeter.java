package net.viaduct.vtep.storm;

import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormLimits.RateLimit;

/**
 * What one port or one network may still flood, by kind. Owned by the thread that works at the
 * frames.
 */
final class StormMeter {
  private final Object place;
  private final StormLimits limits;
  private final TokenBucket[] packets = new TokenBucket[FloodKind.values().length];
  private final TokenBucket[] bits = new TokenBucket[packets.length];

  StormMeter(Object place, StormLimits limits, long nowNs) {
    this.place = place;
    this.limits = limits;
    for (FloodKind kind : FloodKind.values()) {
      RateLimit limit = kind.in(limits);
      packets[at(kind)] = new TokenBucket(limit.packetsPerSecond(), nowNs);
      bits[at(kind)] = new TokenBucket(limit.bitsPerSecond(), nowNs);
    }
  }

  /** Whether this is the meter of that very port or network, with these limits. */
  @SuppressWarnings("ReferenceEquality") // an index is used again by another one
  boolean isOf(Object other, StormLimits current) {
    return place == other && (limits == current || limits.equals(current));
  }

  boolean holds(FloodKind kind, long packetCount, long bitCount, long nowNs) {
    return packets[at(kind)].holds(packetCount, nowNs) && bits[at(kind)].holds(bitCount, nowNs);
  }

  void take(FloodKind kind, long packetCount, long bitCount) {
    packets[at(kind)].take(packetCount);
    bits[at(kind)].take(bitCount);
  }

  @SuppressWarnings("EnumOrdinal") // an array by kind
  private static int at(FloodKind kind) {
    return kind.ordinal();
  }
}
