package net.viaduct.controller.model;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * An IP address. Immutable; equal if it is the same address, however it was written.
 *
 * @param text as RFC 5952 section 4 writes it
 */
public record Ip(String text) implements Comparable<Ip> {
  private static final Pattern V4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
  private static final int WORDS = 8;

  /** Checks that it is one, and writes it as it should be. */
  public Ip {
    text = canonical(bytes(text));
  }

  private static byte[] bytes(String text) {
    boolean looksRight =
        text.indexOf(':') >= 0 ? V6.matcher(text).matches() : V4.matcher(text).matches();
    if (looksRight) {
      try {
        byte[] bytes = InetAddress.ofLiteral(text).getAddress();
        if (text.indexOf(':') < 0 || bytes.length == WORDS * 2) {
          return bytes;
        }
      } catch (IllegalArgumentException _) {
        looksRight = false;
      }
    }
    throw new IllegalArgumentException(
        "'"
            + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
            + "' is not an IP address; one is 10.0.0.1 or 2001:db8::1");
  }

  private static String canonical(byte[] bytes) {
    if (bytes.length == 4) {
      return (bytes[0] & 0xff)
          + "."
          + (bytes[1] & 0xff)
          + "."
          + (bytes[2] & 0xff)
          + "."
          + (bytes[3] & 0xff);
    }
    int[] words = new int[WORDS];
    for (int i = 0; i < WORDS; i++) {
      words[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
    int from = 0;
    int length = 0;
    for (int i = 0; i < WORDS; i++) {
      int zeros = zerosFrom(words, i);
      if (zeros > length && zeros > 1) {
        from = i;
        length = zeros;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < WORDS; i++) {
      if (length > 0 && i == from) {
        text.append("::");
        i += length - 1;
      } else {
        text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":");
        text.append(Integer.toHexString(words[i]));
      }
    }
    return text.toString();
  }

  private static int zerosFrom(int[] words, int at) {
    int end = at;
    while (end < WORDS && words[end] == 0) {
      end++;
    }
    return end - at;
  }

  /** Whether it is one of IPv6. */
  public boolean isV6() {
    return text.indexOf(':') >= 0;
  }

  /** Its bytes, in the order of the wire. */
  public byte[] toBytes() {
    return bytes(text);
  }

  /** Whether it is a multicast group. */
  public boolean isGroup() {
    int first = toBytes()[0] & 0xff;
    return isV6() ? first == 0xff : first >> 4 == 0xe;
  }

  @Override
  public int compareTo(Ip other) {
    return Arrays.compareUnsigned(toBytes(), other.toBytes());
  }

  @Override
  public String toString() {
    return text;
  }
}
