package net.viaduct.queueing.classify;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What a packet has by which it can be told from others: the keys of Linux' flow classifier
 * (tc-flow(8)), and the same of the packet inside a tunnel. What a packet does not have is zero.
 * Immutable.
 */
public enum FlowField {
  /** Source address of the outermost IP packet. */
  SRC(Kind.ADDRESS),
  /** Destination address of the outermost IP packet. */
  DST(Kind.ADDRESS),
  /** Its protocol, behind IPv6's extension headers; 0 in fragments. */
  PROTO(Kind.NUMBER),
  /** Its source port; 0 in fragments. */
  PROTO_SRC(Kind.NUMBER),
  /** Its destination port; 0 in fragments. */
  PROTO_DST(Kind.NUMBER),
  /** The number of the port that it came in by. */
  IIF(Kind.NUMBER),
  /** Its DSCP, 0 to 63; the bits of ECN have no part in it (R28). */
  PRIORITY(Kind.NUMBER),
  /** What somebody put on it on this host. */
  MARK(Kind.NUMBER),
  /** The VLAN id of its outermost tag. */
  VLAN_TAG(Kind.NUMBER),
  /** The hash of the outermost flow, as it is hashed for equal paths. */
  RXHASH(Kind.NUMBER),
  /** The network that a tunnel end point carries it in, by its VNI; 0 elsewhere. */
  NETWORK(Kind.NUMBER),
  /** The group of its port at a tunnel end point; 0 elsewhere, and of a port in no group. */
  PORT_GROUP(Kind.NUMBER),
  /** Source address of the innermost IP packet within tunnels. */
  TUNNEL_SRC(Kind.ADDRESS),
  /** Destination address of the innermost IP packet within tunnels. */
  TUNNEL_DST(Kind.ADDRESS),
  /** Protocol of the innermost packet within tunnels; 0 in fragments. */
  TUNNEL_PROTO(Kind.NUMBER),
  /** Source port of the innermost packet within tunnels; 0 in fragments. */
  TUNNEL_PROTO_SRC(Kind.NUMBER),
  /** Destination port of the innermost packet within tunnels; 0 in fragments. */
  TUNNEL_PROTO_DST(Kind.NUMBER),
  /** VNI, VSID or GRE key of the outermost tunnel. */
  TUNNEL_ID(Kind.NUMBER);

  /** Flows by addresses, protocols and ports, outside and inside of tunnels. */
  public static final Set<FlowField> INSIDE_TUNNELS =
      EnumSet.of(
          SRC,
          DST,
          PROTO,
          PROTO_SRC,
          PROTO_DST,
          TUNNEL_SRC,
          TUNNEL_DST,
          TUNNEL_PROTO,
          TUNNEL_PROTO_SRC,
          TUNNEL_PROTO_DST);

  /** Flows as they are without a look into tunnels. */
  public static final Set<FlowField> OUTSIDE_ONLY =
      EnumSet.of(SRC, DST, PROTO, PROTO_SRC, PROTO_DST);

  /** How its values look. */
  public enum Kind {
    /** An IP address, of 128 bits. */
    ADDRESS,
    /** Up to 32 bits, without sign. */
    NUMBER
  }

  private final Kind kind;
  private final String label;

  FlowField(Kind kind) {
    this.kind = kind;
    this.label = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How its values look. */
  public Kind kind() {
    return kind;
  }

  /** Its name in files and commands: {@code tunnel-proto-dst}. */
  public String label() {
    return label;
  }

  /** Whether it is about a packet inside a tunnel. */
  public boolean isInside() {
    return compareTo(TUNNEL_SRC) >= 0;
  }
}
