package net.viaduct.host.config;

/**
 * The UDP source ports of tunnel packets, one of which an inner flow's hash chooses (RFC 7348
 * section 5). Immutable.
 *
 * @param from the lowest port, 32768 to 65535
 * @param to the highest port, not below {@code from}, to 65535
 * @param count how many ports of the range are used, 1 to 1024
 */
public record SourcePorts(int from, int to, int count) {
  /**
   * What a source port may be: the most significant bit is always set, so that no tunnel packet
   * looks like one of a well-known service.
   */
  public static final IntRange PORT = new IntRange("a source port", 32_768, 65_535);

  /** How many there may be: each is a socket. */
  public static final IntRange COUNT = new IntRange("a count of source ports", 1, 1024);

  /** The range that the RFC recommends. */
  public static final SourcePorts RECOMMENDED = new SourcePorts(49_152, 65_535, 64);

  /** Checks the ranges. */
  public SourcePorts {
    PORT.require(from);
    PORT.require(to);
    COUNT.require(count);
    if (from > to) {
      throw new IllegalArgumentException("source ports from " + from + " to " + to + " are none");
    }
    if (count > to - from + 1) {
      throw new IllegalArgumentException(
          count + " source ports do not fit into " + from + " to " + to);
    }
  }
}
