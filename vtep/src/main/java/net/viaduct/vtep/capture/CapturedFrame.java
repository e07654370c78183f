package net.viaduct.vtep.capture;

/** A frame that was captured. Immutable, but for its bytes, which belong to whoever read it. */
public final class CapturedFrame {
  private final String where;
  private final boolean inbound;
  private final long sinceStartNs;
  private final int originalBytes;
  private final String comment;
  private final byte[] bytes;

  CapturedFrame(
      String where,
      boolean inbound,
      long sinceStartNs,
      int originalBytes,
      String comment,
      byte[] bytes) {
    this.where = where;
    this.inbound = inbound;
    this.sinceStartNs = sinceStartNs;
    this.originalBytes = originalBytes;
    this.comment = comment;
    this.bytes = bytes;
  }

  /** The port's name; empty for the underlay. */
  public String where() {
    return where;
  }

  /** Whether it is an IP packet of the underlay; else it is an Ethernet frame. */
  public boolean isUnderlay() {
    return where.isEmpty();
  }

  /** Whether it came from there; else it went there. */
  public boolean isInbound() {
    return inbound;
  }

  /** When, in nanoseconds since the capture began; the same for all frames of a duty cycle. */
  public long sinceStartNs() {
    return sinceStartNs;
  }

  /** How long it was. */
  public int originalBytes() {
    return originalBytes;
  }

  /** What became of it. */
  public String comment() {
    return comment;
  }

  /** As many of its bytes as were kept. */
  public byte[] bytes() {
    return bytes;
  }
}
