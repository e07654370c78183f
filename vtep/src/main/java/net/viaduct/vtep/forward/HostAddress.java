package net.viaduct.vtep.forward;

import net.viaduct.wire.IpAddress;

/**
 * What a VTEP calls itself inside networks when it speaks there: in queries and in frames that find
 * loops. Stateless: safe from any thread.
 *
 * <p>The MAC address is a locally administered one, 56:69:61 ("Via") and 24 bits of the underlay
 * address; others of our kind are known by it. The IPv6 address is made from it (RFC 4291 appendix
 * A), as MLD queries need a link-local source.
 */
public final class HostAddress {
  private static final long PREFIX = 0x5669_6100_0000L;
  private static final long PREFIX_MASK = 0xffff_ff00_0000L;
  private static final long LINK_LOCAL_HIGH = 0xfe80_0000_0000_0000L;

  private HostAddress() {}

  /** The MAC address of the VTEP with this underlay address. */
  public static long mac(IpAddress underlay) {
    long bits = underlay.low();
    if (!underlay.isIpv4()) {
      bits = ((underlay.high() * 31 + underlay.low()) * 0x9e37_79b9_7f4a_7c15L) >>> 40;
    }
    return PREFIX | (bits & ~PREFIX_MASK & 0xff_ffff);
  }

  /** Whether a MAC address is one of a VTEP of our kind. */
  public static boolean isOurs(long mac) {
    return (mac & PREFIX_MASK) == PREFIX;
  }

  /** Upper half of the link-local IPv6 address. */
  public static long linkLocalHigh() {
    return LINK_LOCAL_HIGH;
  }

  /** Lower half of the link-local IPv6 address that belongs to a MAC address. */
  public static long linkLocalLow(long mac) {
    long upper = (mac >>> 24) ^ 0x02_0000L;
    return (upper << 40) | 0xff_fe00_0000L | (mac & 0xff_ffffL);
  }
}
