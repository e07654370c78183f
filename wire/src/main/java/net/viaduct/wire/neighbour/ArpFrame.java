package net.viaduct.wire.neighbour;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.NetworkOrder;

/**
 * Whole Ethernet frames that tell or ask where an IPv4 address is: gratuitous ARP (RFC 5227 section
 * 3), reply and probe; and the reverse ARP (RFC 903) that tells where a MAC address is when no IP
 * address is known. Stateless: safe from any thread. Every frame has {@link #SIZE_BYTES}.
 */
public final class ArpFrame {
  /** Ethernet's smallest frame without its check sequence; the rest of it is zeros. */
  public static final int SIZE_BYTES = 60;

  private static final int REVERSE_REQUEST = 3;
  private static final int ARP_AT = EthernetHeader.SIZE_BYTES;

  private ArpFrame() {}

  /** Tells everybody that a station has an address: an ARP announcement, a request to all. */
  public static void announcement(MemorySegment s, long at, long mac, int ip) {
    write(s, at, MacAddress.BROADCAST, mac, ArpPacket.REQUEST);
    ArpPacket.sender(s, at + ARP_AT, mac, ip);
    ArpPacket.target(s, at + ARP_AT, 0, ip);
  }

  /** Answers on behalf of a station that it has an address; {@link #answer} tells whom. */
  public static void reply(MemorySegment s, long at, long mac, int ip) {
    write(s, at, MacAddress.BROADCAST, mac, ArpPacket.REPLY);
    ArpPacket.sender(s, at + ARP_AT, mac, ip);
  }

  /** Sends a reply to who asked. */
  public static void answer(MemorySegment s, long at, long askingMac, int askingIp) {
    EthernetHeader.destination(s, at, askingMac);
    ArpPacket.target(s, at + ARP_AT, askingMac, askingIp);
  }

  /**
   * Asks one station whether it has an address; nobody learns an IP address of who asks.
   *
   * @param mac the station's
   */
  public static void probe(MemorySegment s, long at, long mac, int ip, long askingMac) {
    write(s, at, mac, askingMac, ArpPacket.REQUEST);
    ArpPacket.sender(s, at + ARP_AT, askingMac, 0);
    ArpPacket.target(s, at + ARP_AT, 0, ip);
  }

  /** Tells everybody where a MAC address is: a reverse ARP request to all. */
  public static void reverse(MemorySegment s, long at, long mac) {
    write(s, at, MacAddress.BROADCAST, mac, REVERSE_REQUEST);
    EthernetHeader.etherType(s, at, EtherType.REVERSE_ARP);
    ArpPacket.sender(s, at + ARP_AT, mac, 0);
    ArpPacket.target(s, at + ARP_AT, mac, 0);
  }

  private static void write(
      MemorySegment s, long at, long destination, long source, int operation) {
    EthernetHeader.write(s, at, destination, source, EtherType.ARP);
    ArpPacket.begin(s, at + ARP_AT, operation);
    for (int i = ARP_AT + ArpPacket.SIZE_BYTES; i < SIZE_BYTES; i += 2) {
      NetworkOrder.u16(s, at + i, 0);
    }
  }
}
