package net.viaduct.io.rtnetlink;

import java.nio.charset.StandardCharsets;

/**
 * A device to be made. Immutable.
 *
 * @param name 1 to 15 bytes, no slash and no white space
 * @param kind what it is to be, with its options
 * @param mtuBytes 0 for the kernel's choice
 * @param mac 0 for a random one
 */
public record LinkSpec(String name, LinkKind kind, int mtuBytes, long mac) {
  /** Most bytes in a device's name: IFNAMSIZ with the NUL is 16. */
  public static final int NAME_BYTES_MAX = 15;

  /** Checks the name, so that the message can say what is wrong with it. */
  public LinkSpec {
    checkName(name);
    if (mtuBytes < 0) {
      throw new IllegalArgumentException("MTU " + mtuBytes + " is negative");
    }
  }

  /** A device whose MTU and MAC address the kernel chooses. */
  public LinkSpec(String name, LinkKind kind) {
    this(name, kind, 0, 0);
  }

  /** The same with an MTU. */
  public LinkSpec withMtu(int bytes) {
    return new LinkSpec(name, kind, bytes, mac);
  }

  /** The same with a MAC address. */
  public LinkSpec withMac(long address) {
    return new LinkSpec(name, kind, mtuBytes, address);
  }

  static void checkName(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    boolean dots = name.equals(".") || name.equals("..");
    if (bytes < 1 || bytes > NAME_BYTES_MAX || dots || name.matches("(?s).*[/:\\s\\x00].*")) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name for a device: 1 to 15 bytes without '/', ':' or white space");
    }
  }
}
