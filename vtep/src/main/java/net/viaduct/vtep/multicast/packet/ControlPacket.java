package net.viaduct.vtep.multicast.packet;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.vtep.forward.HostAddress;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;

/**
 * The headers in front of a message of IGMP (RFC 9776 section 4) or MLD (RFC 9777 section 5): one
 * hop, the router alert option, the precedence of internetwork control. Stateless: safe from any
 * thread.
 */
public final class ControlPacket {
  private static final int SHORTEST_FRAME_BYTES = 60;
  private static final int ROUTER_ALERT_BYTES = 4;
  private static final int ROUTER_ALERT_IPV4 = 0x9404_0000; // RFC 2113
  private static final int HOP_BY_HOP_BYTES = 8;
  private static final int ROUTER_ALERT_IPV6 = 0x0502_0000; // RFC 2711; behind type and length
  private static final int PADDING = 0x0100;
  private static final int INTERNETWORK_CONTROL = 0xc0;
  private static final long IPV4_GROUP_MAC = 0x0100_5e00_0000L;
  private static final long IPV6_GROUP_MAC = 0x3333_0000_0000L;

  /** Where an IGMP message begins, from the start of the frame. */
  public static final int IGMP_OFFSET =
      EthernetHeader.SIZE_BYTES + Ipv4Header.MIN_SIZE_BYTES + ROUTER_ALERT_BYTES;

  /** Where an MLD message begins, from the start of the frame. */
  public static final int MLD_OFFSET =
      EthernetHeader.SIZE_BYTES + Ipv6Header.SIZE_BYTES + HOP_BY_HOP_BYTES;

  private ControlPacket() {}

  /** Makes room for an IGMP message of zeros; returns where it begins. */
  public static long clearIgmp(Frame frame, int messageBytes) {
    return clear(frame, Math.max(SHORTEST_FRAME_BYTES, IGMP_OFFSET + messageBytes), IGMP_OFFSET);
  }

  /** Makes room for an MLD message of zeros; returns where it begins. */
  public static long clearMld(Frame frame, int messageBytes) {
    return clear(frame, MLD_OFFSET + messageBytes, MLD_OFFSET);
  }

  private static long clear(Frame frame, int bytes, int messageOffset) {
    frame.lengthBytes(bytes);
    frame.memory().asSlice(frame.start(), bytes).fill((byte) 0);
    return frame.start() + messageOffset;
  }

  /** Writes what is in front of an IGMP message, and says how long the frame is. */
  public static void writeIgmp(Frame frame, long mac, int source, int group, int messageBytes) {
    frame.lengthBytes(Math.max(SHORTEST_FRAME_BYTES, IGMP_OFFSET + messageBytes));
    MemorySegment s = frame.memory();
    long at = frame.start();
    EthernetHeader.write(s, at, IPV4_GROUP_MAC | (group & 0x7f_ffff), mac, EtherType.IPV4);
    long ipAt = at + EthernetHeader.SIZE_BYTES;
    int ipBytes = Ipv4Header.MIN_SIZE_BYTES + ROUTER_ALERT_BYTES;
    Ipv4Header.begin(s, ipAt, ipBytes, ipBytes + messageBytes);
    Ipv4Header.trafficClass(s, ipAt, INTERNETWORK_CONTROL);
    Ipv4Header.timeToLive(s, ipAt, 1);
    Ipv4Header.protocol(s, ipAt, IpProtocol.IGMP);
    Ipv4Header.source(s, ipAt, source);
    Ipv4Header.destination(s, ipAt, group);
    NetworkOrder.i32(s, ipAt + Ipv4Header.MIN_SIZE_BYTES, ROUTER_ALERT_IPV4);
    Ipv4Header.writeChecksum(s, ipAt);
  }

  /**
   * Writes what is in front of an MLD message, from the link-local address that belongs to the MAC
   * address, and says how long the frame is.
   *
   * @return where the IPv6 header begins, for the checksum of the message
   */
  public static long writeMld(
      Frame frame, long mac, long groupHigh, long groupLow, int messageBytes) {
    frame.lengthBytes(MLD_OFFSET + messageBytes);
    MemorySegment s = frame.memory();
    long at = frame.start();
    EthernetHeader.write(s, at, IPV6_GROUP_MAC | (groupLow & 0xffff_ffffL), mac, EtherType.IPV6);
    long ipAt = at + EthernetHeader.SIZE_BYTES;
    Ipv6Header.begin(s, ipAt, IpProtocol.HOP_BY_HOP, HOP_BY_HOP_BYTES + messageBytes);
    Ipv6Header.hopLimit(s, ipAt, 1);
    Ipv6Header.source(s, ipAt, HostAddress.linkLocalHigh(), HostAddress.linkLocalLow(mac));
    Ipv6Header.destination(s, ipAt, groupHigh, groupLow);
    long optionsAt = ipAt + Ipv6Header.SIZE_BYTES;
    NetworkOrder.u16(s, optionsAt, IpProtocol.ICMPV6 << 8);
    NetworkOrder.i32(s, optionsAt + 2, ROUTER_ALERT_IPV6);
    NetworkOrder.u16(s, optionsAt + 6, PADDING);
    return ipAt;
  }
}
