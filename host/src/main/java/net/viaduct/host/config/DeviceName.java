package net.viaduct.host.config;

import java.nio.charset.StandardCharsets;

/** The names that Linux takes for a device ({@code dev_valid_name} in net/core/dev.c). */
public final class DeviceName {
  /** IFNAMSIZ without the terminating zero. */
  private static final int MOST_BYTES = 15;

  private DeviceName() {}

  /**
   * The name, if it is right.
   *
   * @throws IllegalArgumentException if it is not, with what would be
   */
  public static String require(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "'" + name + "' has " + bytes + " bytes; the name of a device has 1 to " + MOST_BYTES);
    }
    boolean wrong = name.chars().anyMatch(c -> c == '/' || c == ':' || c <= ' ' || c == 0x7f);
    if (wrong || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of a device: no blanks, no '/', no ':'");
    }
    return name;
  }
}
