package net.viaduct.host.config;

import net.viaduct.wire.IpAddress;

/**
 * The addresses that begin with the same bits: {@code 10.77.0.0/24}. Immutable.
 *
 * @param address the first of them; the bits behind the prefix are zero
 * @param lengthBits how many bits are the same, 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Prefix(IpAddress address, int lengthBits) {
  /** Checks the length, and that the bits behind it are zero. */
  public Prefix {
    int most = bits(address);
    if (lengthBits < 0 || lengthBits > most) {
      throw new IllegalArgumentException(
          "/" + lengthBits + " is out of range; the length of this prefix is 0 to " + most);
    }
    IpAddress first = masked(address, lengthBits);
    if (!first.equals(address)) {
      throw new IllegalArgumentException(
          address
              + "/"
              + lengthBits
              + " has bits behind its length; meant is perhaps "
              + first
              + "/"
              + lengthBits);
    }
  }

  /**
   * Reads {@code 10.77.0.0/24}, or one address.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static Prefix parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      IpAddress one = IpAddress.parse(text);
      return new Prefix(one, bits(one));
    }
    IpAddress address = IpAddress.parse(text.substring(0, slash));
    String length = text.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("'" + text + "' is not a prefix such as 10.77.0.0/24");
    }
    return new Prefix(address, Integer.parseInt(length));
  }

  /** Whether an address is one of these. */
  public boolean contains(IpAddress other) {
    return other.isIpv4() == address.isIpv4() && masked(other, lengthBits).equals(address);
  }

  private static int bits(IpAddress address) {
    return address.isIpv4() ? 32 : 128;
  }

  private static IpAddress masked(IpAddress address, int lengthBits) {
    int length = address.isIpv4() ? lengthBits + 96 : lengthBits;
    long high = length >= 64 ? -1L : mask(length);
    long low = length <= 64 ? 0 : mask(length - 64);
    return new IpAddress(address.high() & high, address.low() & low);
  }

  private static long mask(int ones) {
    return ones == 0 ? 0 : -1L << (64 - ones);
  }

  @Override
  public String toString() {
    return address + "/" + lengthBits;
  }
}
