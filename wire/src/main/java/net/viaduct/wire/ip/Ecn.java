package net.viaduct.wire.ip;

/**
 * Explicit congestion notification: the lower two bits of the traffic class, RFC 3168 section 5.
 * Stateless: safe from any thread.
 */
public final class Ecn {
  /** The sender does not speak ECN. */
  public static final int NOT_ECT = 0;

  /** The sender speaks ECN; RFC 9331 gives this code point a meaning of its own. */
  public static final int ECT_1 = 1;

  /** The sender speaks ECN. */
  public static final int ECT_0 = 2;

  /** Congestion experienced. */
  public static final int CE = 3;

  /** The bits of the traffic class. */
  public static final int MASK = 3;

  private Ecn() {}

  /** The code point within a traffic class. */
  public static int of(int trafficClass) {
    return trafficClass & MASK;
  }

  /** A traffic class with another code point. */
  public static int set(int trafficClass, int codePoint) {
    return (trafficClass & ~MASK) | codePoint;
  }
}
