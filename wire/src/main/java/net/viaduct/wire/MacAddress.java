package net.viaduct.wire;

import java.util.HexFormat;

/**
 * MAC addresses as longs: the six octets in the lower 48 bits, first octet most significant, upper
 * 16 bits zero. Stateless: safe from any thread.
 */
public final class MacAddress {
  /** ff:ff:ff:ff:ff:ff. */
  public static final long BROADCAST = 0xffff_ffff_ffffL;

  private static final long GROUP_BIT = 0x0100_0000_0000L;

  private MacAddress() {}

  /** Whether the group bit is set: multicast or broadcast. */
  public static boolean isGroup(long mac) {
    return (mac & GROUP_BIT) != 0;
  }

  /** Whether this is 00:00:00:00:00:00, which is no station's address. */
  public static boolean isZero(long mac) {
    return mac == 0;
  }

  /**
   * Reads {@code 02:00:00:00:00:01} or {@code 02-00-00-00-00-01}.
   *
   * @throws IllegalArgumentException if the text is not a MAC address
   */
  public static long parse(String text) {
    if (!text.matches("[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a MAC address such as 02:00:00:00:00:01");
    }
    return Long.parseLong(text.replaceAll("[:-]", ""), 16);
  }

  /** Writes {@code 02:00:00:00:00:01}. */
  public static String format(long mac) {
    byte[] octets = new byte[6];
    for (int i = 0; i < 6; i++) {
      octets[i] = (byte) (mac >>> (40 - 8 * i));
    }
    return HexFormat.ofDelimiter(":").formatHex(octets);
  }
}
