package net.viaduct.controller.model;

/**
 * The whole numbers that are right for something. Immutable.
 *
 * @param what the thing, with its article
 * @param from the smallest
 * @param to the largest
 */
public record Whole(String what, long from, long to) {
  /** A VXLAN network identifier, RFC 7348 section 5. */
  public static final Whole VNI = new Whole("a VNI", 1, 0xff_ffff);

  /** A VLAN, IEEE 802.1Q. */
  public static final Whole VLAN = new Whole("a VLAN", 1, 4_094);

  /** A UDP port. */
  public static final Whole UDP_PORT = new Whole("a UDP port", 1, 65_535);

  /** The largest IP packet of a network, in bytes. */
  public static final Whole MTU_BYTES = new Whole("an MTU", 68, 65_521);

  /** The class of an IP packet, RFC 2474. */
  public static final Whole DSCP = new Whole("a DSCP", 0, 63);

  /** How fast something may send. */
  public static final Whole BITS_PER_SECOND = new Whole("a rate", 8_000, 1_000_000_000_000L);

  /** How many stations a port may have. */
  public static final Whole STATIONS = new Whole("a limit of stations", 1, 16_777_216);

  /** Seconds that somebody waits. */
  public static final Whole SECONDS = new Whole("a time in seconds", 1, 31_536_000);

  /** How many machines may join with a token. */
  public static final Whole TOKEN_USES = new Whole("a number of uses", 1, 1_000_000);

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
  public long require(long value) {
    if (!contains(value)) {
      throw new IllegalArgumentException(value + " is out of range; " + right());
    }
    return value;
  }
}
