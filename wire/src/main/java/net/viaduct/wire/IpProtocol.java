package net.viaduct.wire;

/**
 * Protocol numbers (IANA "Assigned Internet Protocol Numbers"), also IPv6's next-header values.
 * Numbers, not an enum: a packet may carry any.
 */
public final class IpProtocol {
  /** IPv6 hop-by-hop options, RFC 8200 section 4.3. */
  public static final int HOP_BY_HOP = 0;

  /** RFC 792. */
  public static final int ICMPV4 = 1;

  /** RFC 3376. */
  public static final int IGMP = 2;

  /** IPv4 in IP, RFC 2003. */
  public static final int IPV4 = 4;

  /** RFC 9293. */
  public static final int TCP = 6;

  /** RFC 768. */
  public static final int UDP = 17;

  /** RFC 4340. */
  public static final int DCCP = 33;

  /** IPv6 in IP, RFC 2473. */
  public static final int IPV6 = 41;

  /** IPv6 routing header, RFC 8200 section 4.4. */
  public static final int ROUTING = 43;

  /** IPv6 fragment header, RFC 8200 section 4.5. */
  public static final int FRAGMENT = 44;

  /** RFC 2784. */
  public static final int GRE = 47;

  /** Encapsulating security payload, RFC 4303: what is behind it cannot be read. */
  public static final int ESP = 50;

  /** Authentication header, RFC 4302. */
  public static final int AUTHENTICATION = 51;

  /** RFC 4443. */
  public static final int ICMPV6 = 58;

  /** Nothing follows, RFC 8200 section 4.7. */
  public static final int NO_NEXT_HEADER = 59;

  /** IPv6 destination options, RFC 8200 section 4.6. */
  public static final int DESTINATION_OPTIONS = 60;

  /** Protocol Independent Multicast, RFC 7761: how multicast routers find each other. */
  public static final int PIM = 103;

  /** RFC 9260. */
  public static final int SCTP = 132;

  /** RFC 3828. */
  public static final int UDP_LITE = 136;

  private IpProtocol() {}

  /** Whether the header begins with a source and a destination port of 16 bits each. */
  public static boolean hasPorts(int protocol) {
    return protocol == TCP
        || protocol == UDP
        || protocol == SCTP
        || protocol == DCCP
        || protocol == UDP_LITE;
  }
}
