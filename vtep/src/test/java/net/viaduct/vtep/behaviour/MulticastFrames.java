package net.viaduct.vtep.behaviour;

import java.lang.foreign.MemorySegment;
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
import net.viaduct.wire.multicast.MulticastRecord;

/** Multicast streams, and what machines say about groups. Stateless. */
public final class MulticastFrames {
  private static final int IP = EthernetHeader.SIZE_BYTES;
  private static final int IGMP = IP + Ipv4Header.MIN_SIZE_BYTES;
  private static final int ALL_IGMPV3_ROUTERS = 0xe000_0016;
  private static final int ALL_ROUTERS = 0xe000_0002;

  private MulticastFrames() {}

  /** The MAC address of an IPv4 group. */
  public static long groupMac(int group) {
    return 0x0100_5e00_0000L | (group & 0x7f_ffff);
  }

  /** A UDP packet without content to an IPv4 group. */
  public static byte[] toGroup(long mac, int source, int group) {
    byte[] frame = ipv4(mac, source, group, IpProtocol.UDP, 16);
    NetworkOrder.u16(MemorySegment.ofArray(frame), IGMP + 2, 5000);
    return frame;
  }

  /** An IGMPv2 report. */
  public static byte[] join(long mac, int source, int group) {
    return igmp(mac, source, group, IgmpMessage.V2_REPORT, group);
  }

  /** An IGMPv1 report. */
  public static byte[] joinByVersion1(long mac, int source, int group) {
    return igmp(mac, source, group, IgmpMessage.V1_REPORT, group);
  }

  /** An IGMPv2 leave. */
  public static byte[] leave(long mac, int source, int group) {
    return igmp(mac, source, ALL_ROUTERS, IgmpMessage.LEAVE, group);
  }

  /** A general query of IGMPv2 with 10 s to answer. */
  public static byte[] query(long mac, int source) {
    byte[] frame = igmp(mac, source, 0xe000_0001, IgmpMessage.QUERY, 0);
    MemorySegment s = MemorySegment.ofArray(frame);
    IgmpMessage.begin(s, IGMP, IgmpMessage.QUERY, 100, 0);
    IgmpMessage.writeChecksum(s, IGMP, IgmpMessage.MIN_SIZE_BYTES);
    return frame;
  }

  private static byte[] igmp(long mac, int source, int to, int type, int group) {
    byte[] frame = ipv4(mac, source, to, IpProtocol.IGMP, IgmpMessage.MIN_SIZE_BYTES);
    MemorySegment s = MemorySegment.ofArray(frame);
    IgmpMessage.begin(s, IGMP, type, 0, group);
    IgmpMessage.writeChecksum(s, IGMP, IgmpMessage.MIN_SIZE_BYTES);
    return frame;
  }

  /** An IGMPv3 report with one record. */
  public static byte[] report3(long mac, int source, int recordType, int group, int... sources) {
    int bytes =
        IgmpMessage.FIRST_RECORD_OFFSET + IgmpMessage.RECORD_SIZE_BYTES + 4 * sources.length;
    byte[] frame = ipv4(mac, source, ALL_IGMPV3_ROUTERS, IpProtocol.IGMP, bytes);
    MemorySegment s = MemorySegment.ofArray(frame);
    IgmpMessage.beginV3Report(s, IGMP, 1);
    int recordAt = IGMP + IgmpMessage.FIRST_RECORD_OFFSET;
    IgmpMessage.beginRecord(s, recordAt, recordType, sources.length, group);
    for (int i = 0; i < sources.length; i++) {
      IgmpMessage.recordSource(s, recordAt, i, sources[i]);
    }
    IgmpMessage.writeChecksum(s, IGMP, bytes);
    return frame;
  }

  private static byte[] ipv4(long mac, int source, int group, int protocol, int bytes) {
    byte[] frame = new byte[IGMP + bytes];
    MemorySegment s = MemorySegment.ofArray(frame);
    EthernetHeader.write(s, 0, groupMac(group), mac, EtherType.IPV4);
    Ipv4Header.begin(s, IP, Ipv4Header.MIN_SIZE_BYTES, frame.length - IP);
    Ipv4Header.timeToLive(s, IP, 1);
    Ipv4Header.protocol(s, IP, protocol);
    Ipv4Header.source(s, IP, source);
    Ipv4Header.destination(s, IP, group);
    Ipv4Header.writeChecksum(s, IP);
    return frame;
  }

  /** A packet of no known protocol to an IPv6 group. */
  public static byte[] toGroup(long mac, IpAddress group) {
    return ipv6(mac, group, IpProtocol.NO_NEXT_HEADER, 16);
  }

  /** An MLDv2 report with a record without sources for each group. */
  public static byte[] report6(long mac, int recordType, IpAddress... groups) {
    int bytes = MldMessage.FIRST_RECORD_OFFSET + groups.length * MldMessage.RECORD_SIZE_BYTES;
    byte[] frame = ipv6(mac, IpAddress.parse("ff02::16"), IpProtocol.ICMPV6, bytes);
    MemorySegment s = MemorySegment.ofArray(frame);
    int at = IP + Ipv6Header.SIZE_BYTES;
    MldMessage.beginV2Report(s, at, groups.length);
    int recordAt = at + MldMessage.FIRST_RECORD_OFFSET;
    for (IpAddress group : groups) {
      MldMessage.beginRecord(s, recordAt, recordType, 0);
      MldMessage.recordAddress(s, recordAt, 0, group.high(), group.low());
      recordAt += MldMessage.RECORD_SIZE_BYTES;
    }
    Icmpv6.writeChecksum(s, IP, at, bytes);
    return frame;
  }

  /** An MLDv1 report, or with {@link MldMessage#DONE} its opposite. */
  public static byte[] byVersion1(long mac, int type, IpAddress group) {
    IpAddress to = type == MldMessage.DONE ? IpAddress.parse("ff02::2") : group;
    byte[] frame = ipv6(mac, to, IpProtocol.ICMPV6, MldMessage.V1_SIZE_BYTES);
    MemorySegment s = MemorySegment.ofArray(frame);
    int at = IP + Ipv6Header.SIZE_BYTES;
    MldMessage.begin(s, at, type, 0);
    MldMessage.group(s, at, group.high(), group.low());
    Icmpv6.writeChecksum(s, IP, at, MldMessage.V1_SIZE_BYTES);
    return frame;
  }

  private static byte[] ipv6(long mac, IpAddress group, int protocol, int bytes) {
    byte[] frame = new byte[IP + Ipv6Header.SIZE_BYTES + bytes];
    MemorySegment s = MemorySegment.ofArray(frame);
    long to = 0x3333_0000_0000L | (group.low() & 0xffff_ffffL);
    EthernetHeader.write(s, 0, to, mac, EtherType.IPV6);
    Ipv6Header.begin(s, IP, protocol, bytes);
    Ipv6Header.hopLimit(s, IP, 1);
    Ipv6Header.source(s, IP, 0xfe80_0000_0000_0000L, mac);
    Ipv6Header.destination(s, IP, group.high(), group.low());
    return frame;
  }

  /** A join by record. */
  public static int joining() {
    return MulticastRecord.CHANGE_TO_EXCLUDE;
  }
}
