package net.viaduct.vtep.settings;

import java.util.OptionalInt;

/**
 * What becomes of frames that do not fit the way to a remote. Immutable.
 *
 * @param probing whether paths are probed by messages of our own (RFC 8899), which other VTEPs
 *     ignore
 * @param answering whether the sender of a frame that does not fit is told by ICMP "fragmentation
 *     needed" or ICMPv6 "packet too big"
 * @param clamping whether the MSS that TCP offers is lowered to what fits
 * @param mtuBytes the largest IP packet on the underlay, if it is known to be less than its device
 *     takes; 576 to 65535
 */
public record PathSettings(
    boolean probing, boolean answering, boolean clamping, OptionalInt mtuBytes) {
  /** RFC 791: every host takes a packet of this size. */
  public static final int SMALLEST_MTU_BYTES = 576;

  /** As large as an IP packet can be. */
  public static final int LARGEST_MTU_BYTES = 65_535;

  /** Probed, answered and clamped. */
  public static final PathSettings DEFAULT =
      new PathSettings(true, true, true, OptionalInt.empty());

  /** Checks the MTU. */
  public PathSettings {
    mtuBytes.ifPresent(bytes -> {
      if (bytes < SMALLEST_MTU_BYTES || bytes > LARGEST_MTU_BYTES) {
        throw new IllegalArgumentException(
            "an MTU of the path of "
                + bytes
                + " is not within "
                + SMALLEST_MTU_BYTES
                + " to "
                + LARGEST_MTU_BYTES);
      }
    });
  }

  /** The largest IP packet, {@link #LARGEST_MTU_BYTES} if nothing is said. */
  public int largestPacketBytes() {
    return mtuBytes.orElse(LARGEST_MTU_BYTES);
  }
}
