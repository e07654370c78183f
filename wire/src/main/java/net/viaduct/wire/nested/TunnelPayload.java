package net.viaduct.wire.nested;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.ip.UdpHeader;

/**
 * Finds what is inside a tunnel packet. Stateless: safe from any thread; allocates nothing, so what
 * was found is a long with accessors.
 *
 * <p>Known are VXLAN (RFC 7348; also on the port that Linux took before), VXLAN-GPE with Ethernet,
 * Geneve with Ethernet (RFC 8926), GRE of version 0 (RFC 2784, RFC 2890; NVGRE, RFC 7637, is one)
 * with Ethernet, IPv4 or IPv6 inside, and IP in IP (RFC 2003, RFC 2473, RFC 4213).
 */
public final class TunnelPayload {
  /** Instead of what was found: this is no tunnel packet, or none that is known or whole. */
  public static final long NONE = -1;

  private static final int VXLAN_PORT = 4789;
  private static final int OLD_LINUX_VXLAN_PORT = 8472;
  private static final int VXLAN_GPE_PORT = 4790;
  private static final int GENEVE_PORT = 6081;
  private static final int TUNNEL_HEADER_BYTES = 8;
  private static final int VNI_OFFSET = 4;
  private static final int GPE_NEXT_PROTOCOL_OFFSET = 3;
  private static final int GPE_ETHERNET = 3;
  private static final int GENEVE_OPTION_WORDS_MASK = 0x3f;
  private static final int GRE_BYTES = 4;
  private static final int GRE_CHECKSUM = 0x8000;
  private static final int GRE_ROUTING = 0x4000;
  private static final int GRE_KEY = 0x2000;
  private static final int GRE_SEQUENCE = 0x1000;
  private static final int GRE_VERSION_MASK = 0x7;
  private static final int TYPE_SHIFT = 32;

  private TunnelPayload() {}

  /** Whether a UDP port belongs to a tunnel protocol. */
  public static boolean isTunnelPort(int port) {
    return port == VXLAN_PORT
        || port == OLD_LINUX_VXLAN_PORT
        || port == VXLAN_GPE_PORT
        || port == GENEVE_PORT;
  }

  /**
   * Looks into a packet.
   *
   * @param at the frame's first byte
   * @param endBytes where what may be looked at ends, counted from {@code at}
   * @param key of the packet, parsed from this very frame
   * @param keyOffset where that was parsed, counted from {@code at}; 0 for the frame's own
   * @return for {@link #offset} and {@link #type}, or {@link #NONE}; an Ethernet header that is
   *     inside is whole
   */
  public static long find(MemorySegment s, long at, int endBytes, FlowKey key, int keyOffset) {
    if (key.transportOffset() < 0) {
      return NONE;
    }
    int transport = keyOffset + key.transportOffset();
    return switch (key.ipProtocol()) {
      case IpProtocol.UDP -> inUdp(s, at, endBytes, transport, key.destinationPort());
      case IpProtocol.GRE -> inGre(s, at, endBytes, transport);
      case IpProtocol.IPV4 -> found(EtherType.IPV4, transport, endBytes);
      case IpProtocol.IPV6 -> found(EtherType.IPV6, transport, endBytes);
      default -> NONE;
    };
  }

  private static long inUdp(MemorySegment s, long at, int endBytes, int udp, int port) {
    int tunnel = udp + UdpHeader.SIZE_BYTES;
    if (tunnel + TUNNEL_HEADER_BYTES > endBytes) {
      return NONE;
    }
    int inner = tunnel + TUNNEL_HEADER_BYTES;
    boolean ethernet =
        switch (port) {
          case VXLAN_PORT, OLD_LINUX_VXLAN_PORT -> true;
          case VXLAN_GPE_PORT ->
              NetworkOrder.u8(s, at + tunnel + GPE_NEXT_PROTOCOL_OFFSET) == GPE_ETHERNET;
          case GENEVE_PORT -> {
            inner += (NetworkOrder.u8(s, at + tunnel) & GENEVE_OPTION_WORDS_MASK) * Integer.BYTES;
            yield NetworkOrder.u16(s, at + tunnel + 2) == EtherType.TRANSPARENT_BRIDGING;
          }
          default -> false;
        };
    return ethernet ? found(EtherType.TRANSPARENT_BRIDGING, inner, endBytes) : NONE;
  }

  private static long inGre(MemorySegment s, long at, int endBytes, int gre) {
    if (gre + GRE_BYTES > endBytes) {
      return NONE;
    }
    int flags = NetworkOrder.u16(s, at + gre);
    if ((flags & (GRE_ROUTING | GRE_VERSION_MASK)) != 0) {
      return NONE;
    }
    int type = NetworkOrder.u16(s, at + gre + 2);
    boolean known =
        type == EtherType.TRANSPARENT_BRIDGING || type == EtherType.IPV4 || type == EtherType.IPV6;
    return known ? found(type, gre + greBytes(flags), endBytes) : NONE;
  }

  private static int greBytes(int flags) {
    return GRE_BYTES
        + ((flags & GRE_CHECKSUM) != 0 ? Integer.BYTES : 0)
        + ((flags & GRE_KEY) != 0 ? Integer.BYTES : 0)
        + ((flags & GRE_SEQUENCE) != 0 ? Integer.BYTES : 0);
  }

  private static long found(int type, int offset, int endBytes) {
    int atLeast = type == EtherType.TRANSPARENT_BRIDGING ? EthernetHeader.SIZE_BYTES : 0;
    return offset + atLeast <= endBytes ? ((long) type << TYPE_SHIFT) | offset : NONE;
  }

  /** Where the inner frame or packet begins, counted from the frame's first byte. */
  public static int offset(long found) {
    return (int) found;
  }

  /** What is inside: an IP {@link EtherType}, or {@link EtherType#TRANSPARENT_BRIDGING}. */
  public static int type(long found) {
    return (int) (found >>> TYPE_SHIFT);
  }

  /** Reads the key of what was found. */
  public static void parse(MemorySegment s, long at, int endBytes, long found, FlowKey into) {
    int offset = offset(found);
    if (type(found) == EtherType.TRANSPARENT_BRIDGING) {
      into.parse(s, at + offset, endBytes - offset);
    } else {
      into.parsePacket(s, at + offset, endBytes - offset, type(found));
    }
  }

  /** Whether a GRE header, all of which is there, has a checksum over what is inside. */
  public static boolean hasGreChecksum(MemorySegment s, long greAt) {
    return (NetworkOrder.u16(s, greAt) & GRE_CHECKSUM) != 0;
  }

  /**
   * Which of a link's many networks a tunnel packet belongs to: VNI, NVGRE's VSID, or GRE's key; 0
   * if its protocol has none.
   *
   * @param key of a packet in which {@link #find} found something, at {@code keyOffset}
   */
  public static int identifier(MemorySegment s, long at, FlowKey key, int keyOffset) {
    long transportAt = at + keyOffset + key.transportOffset();
    return switch (key.ipProtocol()) {
      case IpProtocol.UDP ->
          NetworkOrder.i32(s, transportAt + UdpHeader.SIZE_BYTES + VNI_OFFSET) >>> 8;
      case IpProtocol.GRE -> greIdentifier(s, transportAt);
      default -> 0;
    };
  }

  private static int greIdentifier(MemorySegment s, long greAt) {
    int flags = NetworkOrder.u16(s, greAt);
    if ((flags & GRE_KEY) == 0) {
      return 0;
    }
    int keyOffset = GRE_BYTES + ((flags & GRE_CHECKSUM) != 0 ? Integer.BYTES : 0);
    int value = NetworkOrder.i32(s, greAt + keyOffset);
    boolean nvgre = NetworkOrder.u16(s, greAt + 2) == EtherType.TRANSPARENT_BRIDGING;
    return nvgre ? value >>> 8 : value;
  }
}
