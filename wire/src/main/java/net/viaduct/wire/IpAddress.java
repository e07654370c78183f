package net.viaduct.wire;

import java.net.InetAddress;

/**
 * An IPv4 or IPv6 address as 128 bits; IPv4 is held in its mapped form {@code ::ffff:a.b.c.d} (RFC
 * 4291 section 2.5.5.2). Immutable: safe from any thread.
 *
 * @param high the most significant 64 bits in network order
 * @param low the least significant 64 bits in network order
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
  private static final int GROUPS = 8;
  private static final long MAPPED_PREFIX = 0x0000_ffff_0000_0000L;
  private static final long MAPPED_MASK = 0xffff_ffff_0000_0000L;

  /**
   * The IPv4 address with these 32 bits.
   *
   * @param bits the address in network order, {@code 0x0a000001} for 10.0.0.1
   */
  public static IpAddress ofIpv4(int bits) {
    return new IpAddress(0, ipv4Low(bits));
  }

  /** The lower half of the mapped form of an IPv4 address, for code that must not allocate. */
  public static long ipv4Low(int bits) {
    return MAPPED_PREFIX | Integer.toUnsignedLong(bits);
  }

  /**
   * Reads a literal address; never asks a name server. An IPv4 address has its four parts: {@code
   * 10.77.1}, which old programs take for 10.77.0.1, is refused.
   *
   * @throws IllegalArgumentException if the text is not an address
   */
  public static IpAddress parse(String text) {
    try {
      if (text.indexOf(':') < 0 && text.chars().filter(c -> c == '.').count() != 3) {
        throw new IllegalArgumentException("an IPv4 address has four parts");
      }
      byte[] bytes = InetAddress.ofLiteral(text).getAddress();
      return ofBytes(bytes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is not an IPv4 or IPv6 address", e);
    }
  }

  /**
   * The address with these bytes in network order.
   *
   * @throws IllegalArgumentException unless there are 4 or 16
   */
  public static IpAddress ofBytes(byte[] bytes) {
    if (bytes.length == 4) {
      return ofIpv4((int) bigEndian(bytes, 0, 4));
    }
    if (bytes.length == 16) {
      return new IpAddress(bigEndian(bytes, 0, 8), bigEndian(bytes, 8, 8));
    }
    throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
  }

  private static long bigEndian(byte[] bytes, int from, int count) {
    long value = 0;
    for (int i = from; i < from + count; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  /** Whether this is an IPv4 address. */
  public boolean isIpv4() {
    return high == 0 && (low & MAPPED_MASK) == MAPPED_PREFIX;
  }

  /** The 32 bits of an IPv4 address in network order; meaningless for IPv6. */
  public int ipv4Bits() {
    return (int) low;
  }

  /** Whether this is a multicast group: 224.0.0.0/4 or ff00::/8. */
  public boolean isMulticast() {
    return isIpv4() ? (low & 0xf000_0000L) == 0xe000_0000L : high >>> 56 == 0xff;
  }

  /**
   * Whether this is a multicast group of a link's own protocols: 224.0.0.0/24, ff02::/16 (which
   * IANA assigns), or IPv6 of smaller scope. Switches bring at least some of these to everybody,
   * whoever listens (RFC 4541 sections 2.1.2 and 3), and routers pass them on to nobody.
   */
  public boolean isLinkProtocolGroup() {
    if (isIpv4()) {
      return (low & 0xffff_ff00L) == 0xe000_0000L;
    }
    int scope = (int) (high >>> 48) & 0xf;
    return high >>> 56 == 0xff && (scope < 2 || high >>> 48 == 0xff02);
  }

  /** Whether this is 0.0.0.0 or ::. */
  public boolean isUnspecified() {
    return isIpv4() ? ipv4Bits() == 0 : (high | low) == 0;
  }

  /** The 4 or 16 bytes in network order. */
  public byte[] toBytes() {
    int size = isIpv4() ? 4 : 16;
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      int fromEnd = size - 1 - i;
      bytes[i] = (byte) ((fromEnd < 8 ? low : high) >>> (fromEnd % 8 * 8));
    }
    return bytes;
  }

  @Override
  public int compareTo(IpAddress other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /**
   * Dotted decimals, or groups as RFC 5952 section 4 wants them: {@code 10.0.0.1}, {@code fd00::a}.
   */
  @Override
  public String toString() {
    return isIpv4() ? formatIpv4(ipv4Bits()) : formatIpv6();
  }

  /** Dotted decimals of these 32 bits in network order. */
  public static String formatIpv4(int bits) {
    return (bits >>> 24)
        + "."
        + ((bits >>> 16) & 0xff)
        + "."
        + ((bits >>> 8) & 0xff)
        + "."
        + (bits & 0xff);
  }

  private String formatIpv6() {
    int zerosFrom = -1;
    int zeros = 1;
    for (int from = 0; from < GROUPS; from++) {
      int count = zeroGroupsFrom(from);
      if (count > zeros) {
        zerosFrom = from;
        zeros = count;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == zerosFrom) {
        text.append("::");
        i += zeros - 1;
      } else {
        boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
        text.append(first ? "" : ":").append(Integer.toHexString(group(i)));
      }
    }
    return text.toString();
  }

  private int zeroGroupsFrom(int from) {
    int to = from;
    while (to < GROUPS && group(to) == 0) {
      to++;
    }
    return to - from;
  }

  private int group(int index) {
    long half = index < GROUPS / 2 ? high : low;
    return (int) (half >>> ((3 - index % 4) * 16)) & 0xffff;
  }
}
