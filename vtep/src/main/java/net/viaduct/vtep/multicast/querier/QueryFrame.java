package net.viaduct.vtep.multicast.querier;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.vtep.forward.HostAddress;
import net.viaduct.vtep.multicast.membership.MembershipTimes;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.multicast.IgmpMessage;
import net.viaduct.wire.multicast.MldMessage;

/**
 * Writes queries of IGMPv3 (RFC 9776 section 4.1) and MLDv2 (RFC 9777 section 5.1), which machines
 * of older versions understand as queries of theirs. Stateless: safe from any thread.
 */
public final class QueryFrame {
  private static final int SHORTEST_FRAME_BYTES = 60;
  private static final int ROUTER_ALERT_BYTES = 4;
  private static final int ROUTER_ALERT_IPV4 = 0x9404_0000; // RFC 2113
  private static final int HOP_BY_HOP_BYTES = 8;
  private static final int ROUTER_ALERT_IPV6 = 0x0502_0000; // RFC 2711; behind type and length
  private static final int PADDING = 0x0100;
  private static final int INTERNETWORK_CONTROL = 0xc0;
  private static final int ALL_SYSTEMS = 0xe000_0001;
  private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;
  private static final long IPV4_GROUP_MAC = 0x0100_5e00_0000L;
  private static final long IPV6_GROUP_MAC = 0x3333_0000_0000L;
  private static final long NS_PER_MS = 1_000_000L;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private QueryFrame() {}

  /**
   * Writes an IGMP query.
   *
   * @param group 0 to ask about all groups
   * @param answerNs within which time machines answer
   */
  public static void writeIgmp(
      Frame frame, long mac, int source, int group, long answerNs, MembershipTimes times) {
    int ipBytes = Ipv4Header.MIN_SIZE_BYTES + ROUTER_ALERT_BYTES;
    MemorySegment s = begin(frame, SHORTEST_FRAME_BYTES);
    int to = group == 0 ? ALL_SYSTEMS : group;
    long at = frame.start();
    EthernetHeader.write(s, at, IPV4_GROUP_MAC | (to & 0x7f_ffff), mac, EtherType.IPV4);
    long ipAt = at + EthernetHeader.SIZE_BYTES;
    Ipv4Header.begin(s, ipAt, ipBytes, ipBytes + IgmpMessage.V3_QUERY_SIZE_BYTES);
    Ipv4Header.trafficClass(s, ipAt, INTERNETWORK_CONTROL);
    Ipv4Header.timeToLive(s, ipAt, 1);
    Ipv4Header.protocol(s, ipAt, IpProtocol.IGMP);
    Ipv4Header.source(s, ipAt, source);
    Ipv4Header.destination(s, ipAt, to);
    NetworkOrder.i32(s, ipAt + Ipv4Header.MIN_SIZE_BYTES, ROUTER_ALERT_IPV4);
    Ipv4Header.writeChecksum(s, ipAt);
    long igmpAt = ipAt + ipBytes;
    int deciseconds = (int) (answerNs / (100 * NS_PER_MS));
    IgmpMessage.begin(s, igmpAt, IgmpMessage.QUERY, deciseconds, group);
    IgmpMessage.queryV3(s, igmpAt, times.robustness(), intervalSeconds(times), 0);
    IgmpMessage.writeChecksum(s, igmpAt, IgmpMessage.V3_QUERY_SIZE_BYTES);
  }

  /**
   * Writes an MLD query from the link-local address that belongs to the MAC address.
   *
   * @param group :: to ask about all groups
   * @param answerNs within which time machines answer
   */
  public static void writeMld(
      Frame frame, long mac, IpAddress group, long answerNs, MembershipTimes times) {
    int payload = HOP_BY_HOP_BYTES + MldMessage.V2_QUERY_SIZE_BYTES;
    MemorySegment s = begin(frame, EthernetHeader.SIZE_BYTES + Ipv6Header.SIZE_BYTES + payload);
    boolean general = group.isUnspecified();
    long high = general ? ALL_NODES_HIGH : group.high();
    long low = general ? 1 : group.low();
    long at = frame.start();
    EthernetHeader.write(s, at, IPV6_GROUP_MAC | (low & 0xffff_ffffL), mac, EtherType.IPV6);
    long ipAt = at + EthernetHeader.SIZE_BYTES;
    Ipv6Header.begin(s, ipAt, IpProtocol.HOP_BY_HOP, payload);
    Ipv6Header.hopLimit(s, ipAt, 1);
    Ipv6Header.source(s, ipAt, HostAddress.linkLocalHigh(), HostAddress.linkLocalLow(mac));
    Ipv6Header.destination(s, ipAt, high, low);
    long optionsAt = ipAt + Ipv6Header.SIZE_BYTES;
    NetworkOrder.u16(s, optionsAt, IpProtocol.ICMPV6 << 8);
    NetworkOrder.i32(s, optionsAt + 2, ROUTER_ALERT_IPV6);
    NetworkOrder.u16(s, optionsAt + 6, PADDING);
    long mldAt = optionsAt + HOP_BY_HOP_BYTES;
    MldMessage.begin(s, mldAt, MldMessage.QUERY, (int) (answerNs / NS_PER_MS));
    if (!general) {
      MldMessage.group(s, mldAt, high, low);
    }
    MldMessage.queryV2(s, mldAt, times.robustness(), intervalSeconds(times), 0);
    Icmpv6.writeChecksum(s, ipAt, mldAt, MldMessage.V2_QUERY_SIZE_BYTES);
  }

  private static int intervalSeconds(MembershipTimes times) {
    return (int) Math.min(127, times.queryIntervalNs() / NS_PER_SECOND);
  }

  private static MemorySegment begin(Frame frame, int bytes) {
    frame.lengthBytes(bytes);
    frame.memory().asSlice(frame.start(), bytes).fill((byte) 0);
    return frame.memory();
  }
}
