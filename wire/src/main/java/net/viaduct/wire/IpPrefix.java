package net.viaduct.wire;

/**
 * The addresses that begin with the same bits: {@code 10.77.0.0/24}. Immutable.
 *
 * @param address the first of them; the bits behind the prefix are zero
 * @param lengthBits how many bits are the same, 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record IpPrefix(IpAddress address, int lengthBits) {
  private static final int BITS = 128;
  private static final int IPV4_BITS = 32;

  /** Checks the length, and that the bits behind it are zero. */
  public IpPrefix {
    int most = bits(address);
    if (lengthBits < 0 || lengthBits > most) {
      throw new IllegalArgumentException(
          "/" + lengthBits + " is out of range; the length of this prefix is 0 to " + most);
    }
    int fixed = BITS - most + lengthBits;
    IpAddress first =
        new IpAddress(address.high() & highMask(fixed), address.low() & lowMask(fixed));
    if (!first.equals(address)) {
      throw new IllegalArgumentException(
          "%s/%d has bits behind its length; meant is perhaps %s/%d"
              .formatted(address, lengthBits, first, lengthBits));
    }
  }

  /**
   * Reads {@code 10.77.0.0/24}, or one address.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static IpPrefix parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      IpAddress one = IpAddress.parse(text);
      return new IpPrefix(one, bits(one));
    }
    IpAddress address = IpAddress.parse(text.substring(0, slash));
    String length = text.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("'" + text + "' is not a prefix such as 10.77.0.0/24");
    }
    return new IpPrefix(address, Integer.parseInt(length));
  }

  /** Whether an address is one of these; without allocating. */
  public boolean contains(long high, long low) {
    int fixed = BITS - bits(address) + lengthBits;
    return (high & highMask(fixed)) == address.high() && (low & lowMask(fixed)) == address.low();
  }

  /** Whether an address is one of these. */
  public boolean contains(IpAddress other) {
    return contains(other.high(), other.low());
  }

  private static int bits(IpAddress address) {
    return address.isIpv4() ? IPV4_BITS : BITS;
  }

  private static long highMask(int ones) {
    return ones == 0 ? 0 : ones >= Long.SIZE ? -1L : -1L << (Long.SIZE - ones);
  }

  private static long lowMask(int ones) {
    return ones <= Long.SIZE ? 0 : -1L << (BITS - ones);
  }

  @Override
  public String toString() {
    return address + "/" + lengthBits;
  }
}
