package net.viaduct.vtep.settings;

/**
 * How much may be flooded from one place, by the kind of frame. Immutable.
 *
 * @param broadcast frames for everybody
 * @param unknownUnicast frames for a station that nobody knows
 * @param multicast frames for a group
 */
public record StormLimits(RateLimit broadcast, RateLimit unknownUnicast, RateLimit multicast) {
  /** Any rate. */
  public static final StormLimits NONE =
      new StormLimits(RateLimit.NONE, RateLimit.NONE, RateLimit.NONE);

  /** Whether there is no limit at all. */
  public boolean isAny() {
    return broadcast.isAny() && unknownUnicast.isAny() && multicast.isAny();
  }

  /**
   * How much may pass in a second; both must hold. Immutable.
   *
   * @param packetsPerSecond 0 for any; a super-frame is as many packets as it has segments
   * @param bitsPerSecond of Ethernet frames without their checksum; 0 for any
   */
  public record RateLimit(long packetsPerSecond, long bitsPerSecond) {
    /** Any rate. */
    public static final RateLimit NONE = new RateLimit(0, 0);

    private static final long MOST_PACKETS = 1_000_000_000L;
    private static final long MOST_BITS = 1_000_000_000_000L;

    /** Checks the ranges. */
    public RateLimit {
      if (packetsPerSecond < 0 || packetsPerSecond > MOST_PACKETS) {
        throw new IllegalArgumentException(
            packetsPerSecond + " packets per second are not within 1 to " + MOST_PACKETS);
      }
      if (bitsPerSecond < 0 || bitsPerSecond > MOST_BITS) {
        throw new IllegalArgumentException(
            bitsPerSecond + " bits per second are not within 1 to " + MOST_BITS);
      }
    }

    /** Whether there is a limit at all. */
    public boolean isAny() {
      return packetsPerSecond == 0 && bitsPerSecond == 0;
    }
  }
}
