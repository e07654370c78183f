package net.viaduct.wire.nested;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.ip.UdpHeader;

/**
 * The layers of a frame that carries a tunnel of its machine's own: which IP and UDP headers stand
 * around the packet whose checksum or segmentation was left to the device. Mutable and reusable:
 * owned by one thread; nothing is allocated.
 *
 * <p>Known are VXLAN (RFC 7348; also on the port that Linux took before), VXLAN-GPE with Ethernet,
 * Geneve with Ethernet (RFC 8926), GRE without checksum (RFC 2784, RFC 2890) with Ethernet, IPv4 or
 * IPv6 inside, and IP in IP (RFC 2003, RFC 2473, RFC 4213).
 */
public final class TunnelLayers {
  /** Instead of a transport header's offset. */
  public static final int NOT_TOLD = -1;

  /** How many tunnels in each other are looked through. */
  public static final int MOST_TUNNELS = 4;

  private static final int VXLAN_PORT = 4789;
  private static final int OLD_LINUX_VXLAN_PORT = 8472;
  private static final int VXLAN_GPE_PORT = 4790;
  private static final int GENEVE_PORT = 6081;
  private static final int TUNNEL_HEADER_BYTES = 8;
  private static final int GPE_NEXT_PROTOCOL_OFFSET = 3;
  private static final int GPE_ETHERNET = 3;
  private static final int GENEVE_OPTION_WORDS_MASK = 0x3f;
  private static final int GRE_BYTES = 4;
  private static final int GRE_CHECKSUM_AND_ROUTING = 0xc000;
  private static final int GRE_KEY = 0x2000;
  private static final int GRE_SEQUENCE = 0x1000;
  private static final int GRE_VERSION_MASK = 0x7;
  private static final int NONE = -1;

  private final FlowKey key = new FlowKey();
  private final int[] networks = new int[MOST_TUNNELS];
  private final int[] udps = new int[MOST_TUNNELS];
  private final boolean[] ipv4 = new boolean[MOST_TUNNELS];
  private int tunnels;
  private int innerOffset;

  /** No layers yet. */
  public TunnelLayers() {}

  /**
   * Walks from the outside to the packet whose transport header begins at an offset.
   *
   * @param at the frame's first byte
   * @param transportOffset counted from there; {@link #NOT_TOLD} if nobody says where, which is the
   *     frame's own packet, unless that is a tunnel's
   * @return false if there is no such packet, or what stands around it is not known
   */
  public boolean walk(MemorySegment s, long at, int lengthBytes, int transportOffset) {
    tunnels = 0;
    innerOffset = 0;
    key.parse(s, at, lengthBytes);
    if (transportOffset == NOT_TOLD) {
      return key.transportOffset() >= 0 && !isTunnelPort(key.destinationPort());
    }
    while (key.transportOffset() >= 0) {
      int transport = innerOffset + key.transportOffset();
      if (transport == transportOffset) {
        return true;
      }
      if (tunnels == MOST_TUNNELS || !descend(s, at, lengthBytes, transport)) {
        return false;
      }
    }
    return false;
  }

  private static boolean isTunnelPort(int port) {
    return port == VXLAN_PORT
        || port == OLD_LINUX_VXLAN_PORT
        || port == VXLAN_GPE_PORT
        || port == GENEVE_PORT;
  }

  private boolean descend(MemorySegment s, long at, int lengthBytes, int transport) {
    networks[tunnels] = innerOffset + key.networkOffset();
    ipv4[tunnels] = key.isIpv4();
    udps[tunnels] = key.ipProtocol() == IpProtocol.UDP ? transport : NONE;
    tunnels++;
    return switch (key.ipProtocol()) {
      case IpProtocol.UDP -> descendIntoUdp(s, at, lengthBytes, transport);
      case IpProtocol.GRE -> descendIntoGre(s, at, lengthBytes, transport);
      case IpProtocol.IPV4 -> packet(s, at, lengthBytes, transport, EtherType.IPV4);
      case IpProtocol.IPV6 -> packet(s, at, lengthBytes, transport, EtherType.IPV6);
      default -> false;
    };
  }

  private boolean descendIntoUdp(MemorySegment s, long at, int lengthBytes, int udp) {
    int tunnel = udp + UdpHeader.SIZE_BYTES;
    if (tunnel + TUNNEL_HEADER_BYTES > lengthBytes) {
      return false;
    }
    int inner =
        switch (key.destinationPort()) {
          case VXLAN_PORT, OLD_LINUX_VXLAN_PORT -> tunnel + TUNNEL_HEADER_BYTES;
          case VXLAN_GPE_PORT ->
              NetworkOrder.u8(s, at + tunnel + GPE_NEXT_PROTOCOL_OFFSET) == GPE_ETHERNET
                  ? tunnel + TUNNEL_HEADER_BYTES
                  : NONE;
          case GENEVE_PORT ->
              NetworkOrder.u16(s, at + tunnel + 2) == EtherType.TRANSPARENT_BRIDGING
                  ? tunnel
                      + TUNNEL_HEADER_BYTES
                      + (NetworkOrder.u8(s, at + tunnel) & GENEVE_OPTION_WORDS_MASK) * Integer.BYTES
                  : NONE;
          default -> NONE;
        };
    return inner != NONE && ethernet(s, at, lengthBytes, inner);
  }

  private boolean descendIntoGre(MemorySegment s, long at, int lengthBytes, int gre) {
    if (gre + GRE_BYTES > lengthBytes) {
      return false;
    }
    int flags = NetworkOrder.u16(s, at + gre);
    if ((flags & (GRE_CHECKSUM_AND_ROUTING | GRE_VERSION_MASK)) != 0) {
      return false;
    }
    int inner =
        gre
            + GRE_BYTES
            + ((flags & GRE_KEY) != 0 ? Integer.BYTES : 0)
            + ((flags & GRE_SEQUENCE) != 0 ? Integer.BYTES : 0);
    int type = NetworkOrder.u16(s, at + gre + 2);
    return type == EtherType.TRANSPARENT_BRIDGING
        ? ethernet(s, at, lengthBytes, inner)
        : packet(s, at, lengthBytes, inner, type);
  }

  private boolean ethernet(MemorySegment s, long at, int lengthBytes, int inner) {
    if (inner + EthernetHeader.SIZE_BYTES > lengthBytes) {
      return false;
    }
    innerOffset = inner;
    key.parse(s, at + inner, lengthBytes - inner);
    return true;
  }

  private boolean packet(MemorySegment s, long at, int lengthBytes, int inner, int type) {
    if (inner > lengthBytes) {
      return false;
    }
    innerOffset = inner;
    key.parsePacket(s, at + inner, lengthBytes - inner, type);
    return true;
  }

  /** How many tunnels stand around the packet; 0 if it is the frame's own. */
  public int tunnels() {
    return tunnels;
  }

  /** Where the innermost frame or packet begins, counted from the frame's first byte. */
  public int innerOffset() {
    return innerOffset;
  }

  /** The key of the innermost frame or packet; its offsets count from {@link #innerOffset()}. */
  public FlowKey innermost() {
    return key;
  }

  /** Where the IP header of a tunnel begins, counted from the frame's first byte; 0 outermost. */
  int networkOffset(int tunnel) {
    return networks[tunnel];
  }

  /** Whether a tunnel's IP header is IPv4's. */
  boolean isIpv4(int tunnel) {
    return ipv4[tunnel];
  }

  /** Where the UDP header of a tunnel begins; -1 if it has none. */
  int udpOffset(int tunnel) {
    return udps[tunnel];
  }
}
