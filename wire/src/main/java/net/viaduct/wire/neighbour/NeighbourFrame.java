package net.viaduct.wire.neighbour;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv6Header;

/**
 * Whole Ethernet frames that tell or ask where an IPv6 address is: neighbour advertisements and
 * solicitations, RFC 4861 sections 4.3, 4.4 and 7.2. Stateless: safe from any thread. Every frame
 * has {@link #SIZE_BYTES}. Begun, given addresses, and finished:
 *
 * <pre>{@code
 * beginAdvertisement, owner, perhaps answer, finish;   beginSolicitation, asked, finish
 * }</pre>
 */
public final class NeighbourFrame {
  /** Ethernet, IPv6, the message and one option with a MAC address. */
  public static final int SIZE_BYTES = 86;

  /** 33-33-00-00-00-01, to which ff02::1 is mapped (RFC 2464 section 7). */
  private static final long ALL_NODES_MAC = 0x3333_0000_0001L;

  private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;
  private static final long ALL_NODES_LOW = 1;
  private static final long LINK_LOCAL_HIGH = 0xfe80_0000_0000_0000L;
  private static final int IP_AT = EthernetHeader.SIZE_BYTES;
  private static final int MESSAGE_AT = IP_AT + Ipv6Header.SIZE_BYTES;
  private static final int OPTION_AT = MESSAGE_AT + 24;
  private static final int MESSAGE_SIZE_BYTES = SIZE_BYTES - MESSAGE_AT;

  private NeighbourFrame() {}

  /**
   * Begins an advertisement to everybody.
   *
   * @param flags {@link NeighbourDiscovery#ROUTER_FLAG} and its companions
   */
  public static void beginAdvertisement(MemorySegment s, long at, int flags) {
    begin(s, at, NeighbourDiscovery.NEIGHBOUR_ADVERTISEMENT);
    EthernetHeader.destination(s, at, ALL_NODES_MAC);
    Ipv6Header.destination(s, at + IP_AT, ALL_NODES_HIGH, ALL_NODES_LOW);
    NeighbourDiscovery.flags(s, at + MESSAGE_AT, flags & ~NeighbourDiscovery.SOLICITED_FLAG);
  }

  /** Sets the station that an advertisement tells about, and speaks for. */
  public static void owner(MemorySegment s, long at, long mac, long high, long low) {
    EthernetHeader.source(s, at, mac);
    Ipv6Header.source(s, at + IP_AT, high, low);
    NeighbourDiscovery.target(s, at + MESSAGE_AT, high, low);
    NeighbourOption.writeMac(s, at + OPTION_AT, NeighbourOption.TARGET_LINK_LAYER_ADDRESS, mac);
  }

  /** Makes an advertisement the answer to who asked. */
  public static void answer(MemorySegment s, long at, long mac, long high, long low) {
    EthernetHeader.destination(s, at, mac);
    Ipv6Header.destination(s, at + IP_AT, high, low);
    int flags = NeighbourDiscovery.flags(s, at + MESSAGE_AT);
    NeighbourDiscovery.flags(s, at + MESSAGE_AT, flags | NeighbourDiscovery.SOLICITED_FLAG);
  }

  /**
   * Begins a question to one station.
   *
   * @param askingMac who asks, by the link-local address that follows from it (RFC 4291 appendix A)
   */
  public static void beginSolicitation(MemorySegment s, long at, long askingMac) {
    begin(s, at, NeighbourDiscovery.NEIGHBOUR_SOLICITATION);
    EthernetHeader.source(s, at, askingMac);
    Ipv6Header.source(s, at + IP_AT, LINK_LOCAL_HIGH, interfaceIdentifier(askingMac));
    NeighbourOption.writeMac(
        s, at + OPTION_AT, NeighbourOption.SOURCE_LINK_LAYER_ADDRESS, askingMac);
  }

  /** Sets the station that is asked, and whether it has which address. */
  public static void asked(MemorySegment s, long at, long mac, long high, long low) {
    EthernetHeader.destination(s, at, mac);
    Ipv6Header.destination(s, at + IP_AT, high, low);
    NeighbourDiscovery.target(s, at + MESSAGE_AT, high, low);
  }

  /** Computes the checksum. */
  public static void finish(MemorySegment s, long at) {
    Icmpv6.writeChecksum(s, at + IP_AT, at + MESSAGE_AT, MESSAGE_SIZE_BYTES);
  }

  private static void begin(MemorySegment s, long at, int type) {
    EthernetHeader.etherType(s, at, EtherType.IPV6);
    Ipv6Header.begin(s, at + IP_AT, IpProtocol.ICMPV6, MESSAGE_SIZE_BYTES);
    Ipv6Header.hopLimit(s, at + IP_AT, NeighbourDiscovery.HOP_LIMIT);
    NeighbourDiscovery.begin(s, at + MESSAGE_AT, type);
  }

  /** The modified EUI-64 of a MAC address: fffe in its middle, the universal bit inverted. */
  private static long interfaceIdentifier(long mac) {
    long upper = ((mac & 0xffff_ff00_0000L) << 16) ^ 0x0200_0000_0000_0000L;
    return upper | 0xff_fe00_0000L | (mac & 0xff_ffffL);
  }
}
