package net.viaduct.host.config;

import net.viaduct.vtep.settings.PathSettings;

/**
 * The whole numbers that are right for something. Immutable.
 *
 * @param what the thing, with its article: {@code a VNI}
 * @param from the smallest
 * @param to the largest
 */
public record IntRange(String what, int from, int to) {
  /** A UDP port. */
  public static final IntRange UDP_PORT = new IntRange("a UDP port", 1, 65_535);

  /** A VXLAN network identifier, RFC 7348 section 5; 0 is left to those who do not use networks. */
  public static final IntRange VNI = new IntRange("a VNI", 1, 0xff_ffff);

  /** A VLAN identifier, IEEE 802.1Q; 0 and 4095 have other meanings. */
  public static final IntRange VLAN = new IntRange("a VLAN", 1, 4094);

  /** A group of VXLAN-GBP. */
  public static final IntRange POLICY_GROUP = new IntRange("a policy group", 0, 65_535);

  /** The class of an IP packet, RFC 2474. */
  public static final IntRange DSCP = new IntRange("a DSCP", 0, 63);

  /** Time to live of an IP packet. */
  public static final IntRange TTL = new IntRange("a TTL", 1, 255);

  /** The MTU of a tap, in bytes, as the kernel's driver takes it. */
  public static final IntRange MTU_BYTES = new IntRange("an MTU", 68, 65_521);

  /** The largest IP packet on the way to remotes. */
  public static final IntRange PATH_MTU_BYTES =
      new IntRange(
          "the MTU of a path", PathSettings.SMALLEST_MTU_BYTES, PathSettings.LARGEST_MTU_BYTES);

  /** How many stations a table may hold. */
  public static final IntRange STATIONS = new IntRange("a limit of stations", 1, 16_777_216);

  /** How many threads forward. */
  public static final IntRange WORKERS = new IntRange("a number of workers", 1, 64);

  /** Whether a number is right. */
  public boolean contains(long value) {
    return value >= from && value <= to;
  }

  /** What would be right: {@code a VNI is 1 to 16777215}. */
  public String right() {
    return what + " is " + from + " to " + to;
  }

  /**
   * The number, if it is right.
   *
   * @throws IllegalArgumentException if it is not, with what would be
   */
  public int require(int value) {
    if (!contains(value)) {
      throw new IllegalArgumentException(value + " is out of range; " + right());
    }
    return value;
  }
}
