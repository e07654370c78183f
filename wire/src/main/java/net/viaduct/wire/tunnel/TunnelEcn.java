package net.viaduct.wire.tunnel;

import net.viaduct.wire.ip.Ecn;

/**
 * Congestion marks through a tunnel, RFC 6040. Code points are those of {@link Ecn}. Stateless:
 * safe from any thread.
 */
public final class TunnelEcn {
  /** What {@link #combine} says of a frame that must not go on. */
  public static final int DROP = -1;

  private TunnelEcn() {}

  /**
   * What the inner header is to say when a packet comes out of a tunnel: RFC 6040 section 4.2,
   * figure 4. A mark that a router set on the way is not lost; where the inner sender would not
   * understand it, the packet is.
   *
   * @return a code point, or {@link #DROP}
   */
  public static int combine(int inner, int outer) {
    if (outer == Ecn.CE) {
      return inner == Ecn.NOT_ECT ? DROP : Ecn.CE;
    }
    // ECT(1) can be a milder mark than CE (RFC 6660), so that it outranks ECT(0).
    return inner == Ecn.ECT_0 && outer == Ecn.ECT_1 ? Ecn.ECT_1 : inner;
  }

  /**
   * Whether figure 4 marks this pair, by {@code (!!!)} or {@code (!)}, as one that no tunnel makes
   * today; somebody changed the outer header, or the other end does not follow RFC 6040.
   */
  public static boolean isUnexpected(int inner, int outer) {
    return switch (inner) {
      case Ecn.NOT_ECT -> outer != Ecn.NOT_ECT;
      case Ecn.ECT_1 -> outer == Ecn.ECT_0;
      case Ecn.CE -> outer == Ecn.ECT_1;
      default -> false;
    };
  }
}
