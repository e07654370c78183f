package net.viaduct.wire.capture;

/**
 * A packet of a capture file. Immutable, but for its bytes, which belong to whoever asked for it.
 */
public final class CapturedPacket {
  private final int linkType;
  private final String interfaceName;
  private final long epochNs;
  private final int originalBytes;
  private final byte[] bytes;

  /**
   * A packet.
   *
   * @param linkType what the bytes begin with, a number of {@link LinkType}
   * @param interfaceName where it was captured; empty if nobody says
   * @param epochNs when, in nanoseconds since 1970; 0 if nobody says
   * @param originalBytes how long it was on the wire; not less than there are bytes
   * @param bytes as many of them as were kept; not copied
   */
  public CapturedPacket(
      int linkType, String interfaceName, long epochNs, int originalBytes, byte[] bytes) {
    this.linkType = linkType;
    this.interfaceName = interfaceName;
    this.epochNs = epochNs;
    this.originalBytes = Math.max(originalBytes, bytes.length);
    this.bytes = bytes;
  }

  /** What the bytes begin with, a number of {@link LinkType}. */
  public int linkType() {
    return linkType;
  }

  /** Where it was captured; empty if nobody says. */
  public String interfaceName() {
    return interfaceName;
  }

  /** When, in nanoseconds since 1970; 0 if nobody says. */
  public long epochNs() {
    return epochNs;
  }

  /** How long it was on the wire. */
  public int originalBytes() {
    return originalBytes;
  }

  /** The bytes that were kept. */
  public byte[] bytes() {
    return bytes;
  }

  /** Whether all its bytes were kept. */
  public boolean isWhole() {
    return bytes.length >= originalBytes;
  }
}
