package net.viaduct.vtep.queue;

import net.viaduct.queueing.LinkOverhead;

/**
 * How much may come from a port. Immutable.
 *
 * @param rateBitsPerSecond 8 kbit/s to 400 Gbit/s
 * @param burstBytes that may come at once after a pause, 1 byte to 128 MiB
 * @param overhead that is counted with each frame
 */
public record RateSettings(long rateBitsPerSecond, long burstBytes, LinkOverhead overhead) {
  private static final long LEAST_RATE = 8_000;
  private static final long LARGEST_RATE = 400_000_000_000L;
  private static final long LARGEST_BURST_BYTES = 1L << 27;

  /** Checks the ranges. */
  public RateSettings {
    if (rateBitsPerSecond < LEAST_RATE || rateBitsPerSecond > LARGEST_RATE) {
      throw new IllegalArgumentException(
          "a rate of " + rateBitsPerSecond + " bits a second is out of range; it is 8k to 400G");
    }
    if (burstBytes < 1 || burstBytes > LARGEST_BURST_BYTES) {
      throw new IllegalArgumentException(
          "a burst of " + burstBytes + " bytes is out of range; it is 1 to 128 MiB");
    }
  }
}
