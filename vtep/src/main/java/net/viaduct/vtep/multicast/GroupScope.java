package net.viaduct.vtep.multicast;

/**
 * Which groups may be kept from those who did not ask for them (RFC 4541 sections 2.1.2 and 3).
 * Stateless: safe from any thread.
 *
 * <p>224.0.0.0/24 never is: machines need not report it, and mDNS, VRRP and the routing protocols
 * live there. Neither is anything in IPv6 of link-local scope or less: neighbour discovery lives
 * there, and must work before anybody has reported anything.
 */
final class GroupScope {
  private static final int IPV4_LINK_LOCAL = 0xe000_00;
  private static final int IPV6_LINK_LOCAL = 2;
  private static final int ALL_SYSTEMS = 0xe000_0001;
  private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;

  private GroupScope() {}

  /**
   * Whether this is a multicast group that machines report: all but 224.0.0.1, ff02::1, and IPv6 of
   * interface scope or less (RFC 9776 section 5, RFC 9777 section 6).
   */
  static boolean isReported(long high, long low) {
    if (high == 0) {
      return (int) low >>> 28 == 0xe && (int) low != ALL_SYSTEMS;
    }
    boolean allNodes = high == ALL_NODES_HIGH && low == 1;
    return high >>> 56 == 0xff && ((high >>> 48) & 0xf) >= IPV6_LINK_LOCAL && !allNodes;
  }

  /** Whether this is a multicast group that may be pruned. */
  static boolean isPrunable(long high, long low) {
    if (high == 0) {
      int bits = (int) low;
      return bits >>> 28 == 0xe && bits >>> 8 != IPV4_LINK_LOCAL;
    }
    return high >>> 56 == 0xff && ((high >>> 48) & 0xf) > IPV6_LINK_LOCAL;
  }
}
