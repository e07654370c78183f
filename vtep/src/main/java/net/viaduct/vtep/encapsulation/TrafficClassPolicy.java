package net.viaduct.vtep.encapsulation;

import net.viaduct.wire.ip.Ecn;
import net.viaduct.wire.ip.InnerTrafficClass;
import net.viaduct.wire.tunnel.TunnelEcn;

/**
 * What outer headers take from inner ones, and what they leave behind (R26 to R28). Immutable.
 *
 * @param ecn whether marks of congestion are possible on the way
 * @param dscp whose traffic class is told
 * @param tunnelDscp the tunnel's own, 0 to 63; means nothing if it tells the inner one's
 */
public record TrafficClassPolicy(EcnMode ecn, DscpMode dscp, int tunnelDscp) {
  /** What {@link #unwrapped} says of a frame that must not go on. */
  public static final int DROP = TunnelEcn.DROP;

  /** Congestion can be marked, and the underlay sees one class, 0: as Linux has it. */
  public static final TrafficClassPolicy DEFAULT =
      new TrafficClassPolicy(EcnMode.NORMAL, DscpMode.SHORT_PIPE, 0);

  private static final int DSCP_SHIFT = 2;
  private static final int MAX_DSCP = 63;

  /** Checks the range. */
  public TrafficClassPolicy {
    if (tunnelDscp < 0 || tunnelDscp > MAX_DSCP) {
      throw new IllegalArgumentException("DSCP " + tunnelDscp + " is not within 0 to " + MAX_DSCP);
    }
  }

  /**
   * The traffic class of the outer header.
   *
   * @param inner the inner one's; {@link InnerTrafficClass#NONE} if the frame is no IP packet
   */
  public int outer(int inner) {
    return outer(inner, ecn);
  }

  /** The same with another treatment of ECN. */
  public int outer(int inner, EcnMode ecn) {
    boolean uniform = dscp == DscpMode.UNIFORM;
    if (inner == InnerTrafficClass.NONE) {
      return uniform ? 0 : tunnelDscp << DSCP_SHIFT;
    }
    int codePoint = ecn == EcnMode.NORMAL ? Ecn.of(inner) : Ecn.NOT_ECT;
    return Ecn.set(uniform ? inner : tunnelDscp << DSCP_SHIFT, codePoint);
  }

  /**
   * The traffic class of the inner header when a frame comes out of a tunnel, or {@link #DROP}.
   * Does not depend on {@link #ecn}: the other end may have marked whatever we would (RFC 6040
   * section 4.2).
   */
  public int unwrapped(int inner, int outer) {
    int codePoint = TunnelEcn.combine(Ecn.of(inner), Ecn.of(outer));
    if (codePoint == TunnelEcn.DROP) {
      return DROP;
    }
    return Ecn.set(dscp == DscpMode.UNIFORM ? outer : inner, codePoint);
  }

  /**
   * The traffic class of the inner header at a port that is told other classes than its network.
   *
   * @param now as the network left it, with its bits of ECN
   * @param inner as it arrived
   */
  public int remarked(int now, int inner, int outer) {
    return Ecn.set(dscp == DscpMode.UNIFORM ? outer : inner, Ecn.of(now));
  }

  /**
   * By which DSCP a frame is served after a tunnel; bits of ECN have no part in it.
   *
   * @param inner as it arrived, {@link InnerTrafficClass#NONE} if the frame is no IP packet
   */
  public int served(int inner, int outer) {
    boolean byOuter = dscp != DscpMode.SHORT_PIPE || inner == InnerTrafficClass.NONE;
    return (byOuter ? outer : inner) >>> DSCP_SHIFT;
  }
}
