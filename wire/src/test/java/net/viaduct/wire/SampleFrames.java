package net.viaduct.wire;

import static net.viaduct.wire.FrameBuilder.IP6_A;
import static net.viaduct.wire.FrameBuilder.IP6_B;
import static net.viaduct.wire.FrameBuilder.IP_A;
import static net.viaduct.wire.FrameBuilder.IP_B;
import static net.viaduct.wire.FrameBuilder.MAC_A;
import static net.viaduct.wire.FrameBuilder.MAC_B;
import static net.viaduct.wire.FrameBuilder.ethernet;
import static net.viaduct.wire.FrameBuilder.whole;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.viaduct.wire.ip.Icmpv4;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.multicast.IgmpMessage;
import net.viaduct.wire.multicast.MldMessage;
import net.viaduct.wire.multicast.MulticastRecord;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.ArpPacket;
import net.viaduct.wire.neighbour.NeighbourDiscovery;
import net.viaduct.wire.neighbour.NeighbourFrame;
import net.viaduct.wire.neighbour.NeighbourOption;
import net.viaduct.wire.tunnel.VxlanGbpHeader;
import net.viaduct.wire.tunnel.VxlanHeader;

/** One sound frame of every kind that this package can build. */
final class SampleFrames {
  private static final byte[] ROUTER_ALERT_4 = {(byte) 0x94, 4, 0, 0};
  private static final byte[] ROUTER_ALERT_6 = {5, 2, 0, 0, 1, 0};
  private static final byte[] MSS_AND_SCALE = {2, 4, 5, (byte) 0xb4, 1, 3, 3, 7};
  private static final int GROUP = 0xef01_0101;
  private static final IpAddress GROUP_6 = IpAddress.parse("ff15::1");
  private static final IpAddress LINK_LOCAL = IpAddress.parse("fe80::a");
  private static final IpAddress TARGET = IpAddress.parse("fd00::7");

  private SampleFrames() {}

  static List<byte[]> all() {
    List<FrameBuilder> builders = new ArrayList<>();
    addArp(builders);
    addIpv4(builders);
    addIpv6(builders);
    addNeighbourDiscovery(builders);
    addWholeNeighbourFrames(builders);
    addDhcp(builders);
    addMulticast(builders);
    addTunnels(builders);
    return builders.stream().map(FrameBuilder::toBytes).toList();
  }

  private static void addArp(List<FrameBuilder> builders) {
    builders.add(ethernet().arp(ArpPacket.REQUEST, MAC_A, IP_A, IP_B));
    builders.add(ethernet().arp(ArpPacket.REPLY, MAC_A, IP_A, IP_B));
    builders.add(
        ethernet()
            .vlan(EtherType.VLAN, VlanTag.tciOf(5, 3, true))
            .arp(ArpPacket.REQUEST, MAC_A, 0, IP_B));
    builders.add(ethernet().etherType(0x88b5).payload(46));
  }

  private static void addIpv4(List<FrameBuilder> builders) {
    builders.add(ethernet().ipv4().udp(1000, 2000).payload(3));
    builders.add(ethernet().ipv4().udp(1000, 2000));
    builders.add(ethernet().ipv4().udp(1000, 2000).payload(1472).withoutChecksum());
    builders.add(
        ethernet()
            .ipv4()
            .ip((s, at) -> Ipv4Header.trafficClass(s, at, 0xb9))
            .ip((s, at) -> Ipv4Header.identification(s, at, 0xbeef))
            .ip((s, at) -> Ipv4Header.fragment(s, at, true, false, 0))
            .ip((s, at) -> Ipv4Header.timeToLive(s, at, 7))
            .tcp(40_000, 443, TcpHeader.SYN | TcpHeader.ECE | TcpHeader.CWR, MSS_AND_SCALE));
    builders.add(
        ethernet()
            .ipv4(IP_A, IP_B, new byte[] {7, 7, 4, 0, 0, 0, 0, 0})
            .tcp(40_000, 443, TcpHeader.ACK | TcpHeader.PSH | TcpHeader.FIN)
            .payload(777));
    builders.add(
        ethernet()
            .vlan(EtherType.SERVICE_VLAN, VlanTag.tciOf(100, 0, false))
            .vlan(EtherType.VLAN, VlanTag.tciOf(4094, 7, false))
            .ipv4()
            .udp(1000, 2000)
            .payload(20));
    builders.add(ethernet().ipv4().fragment4(77, 0, true).protocol(253).payload(1480));
    builders.add(ethernet().ipv4().fragment4(77, 1480, false).protocol(253).payload(99));
    builders.add(
        ethernet()
            .ipv4()
            .message(
                IpProtocol.ICMPV4,
                8,
                (s, at) -> Icmpv4.beginEcho(s, at, Icmpv4.ECHO_REQUEST, 11, 12))
            .payload(57));
    builders.add(
        ethernet()
            .ipv4()
            .message(
                IpProtocol.ICMPV4,
                8,
                (s, at) ->
                    Icmpv4.beginError(
                        s, at, Icmpv4.DESTINATION_UNREACHABLE, Icmpv4.FRAGMENTATION_NEEDED, 1450))
            .bytes(quoted(ethernet().ipv4().udp(5, 6))));
  }

  private static byte[] quoted(FrameBuilder builder) {
    byte[] frame = builder.toBytes();
    return java.util.Arrays.copyOfRange(frame, EthernetHeader.SIZE_BYTES, frame.length);
  }

  private static void addIpv6(List<FrameBuilder> builders) {
    builders.add(ethernet().ipv6().udp(1000, 2000).payload(5));
    builders.add(
        ethernet()
            .ipv6()
            .ip((s, at) -> Ipv6Header.trafficClass(s, at, 0x2b))
            .ip((s, at) -> Ipv6Header.flowLabel(s, at, 0xabcde))
            .ip((s, at) -> Ipv6Header.hopLimit(s, at, 3))
            .tcp(40_000, 443, TcpHeader.ACK, MSS_AND_SCALE)
            .payload(1001));
    builders.add(
        ethernet()
            .ipv6()
            .options(IpProtocol.HOP_BY_HOP)
            .options(IpProtocol.DESTINATION_OPTIONS)
            .udp(1000, 2000)
            .payload(21));
    builders.add(ethernet().ipv6().fragment6(0xabcd, 0, true).protocol(253).payload(1400));
    builders.add(ethernet().ipv6().fragment6(0xabcd, 1400, false).protocol(253).payload(99));
    builders.add(
        icmpv6(IP6_A, IP6_B, 8, (s, at) -> Icmpv6.beginEcho(s, at, Icmpv6.ECHO_REPLY, 11, 12))
            .payload(57));
    builders.add(
        icmpv6(IP6_A, IP6_B, 8, (s, at) -> Icmpv6.beginPacketTooBig(s, at, 1280))
            .bytes(quoted(ethernet().ipv6().udp(5, 6))));
  }

  private static FrameBuilder icmpv6(
      IpAddress source, IpAddress destination, int sizeBytes, FrameBuilder.HeaderChange writer) {
    return ethernet().ipv6(source, destination).message(IpProtocol.ICMPV6, sizeBytes, writer);
  }

  private static void addNeighbourDiscovery(List<FrameBuilder> builders) {
    builders.add(
        neighbour(
            "ff02::2",
            8 + 8,
            (s, at) -> {
              NeighbourDiscovery.begin(s, at, NeighbourDiscovery.ROUTER_SOLICITATION);
              NeighbourOption.writeMac(s, at + 8, 1, MAC_A);
            }));
    builders.add(neighbour("ff02::1", 16 + 8 + 8 + 32, SampleFrames::writeAdvertisement));
    builders.add(
        neighbour(
            "ff02::1:ff00:7",
            24 + 8,
            (s, at) -> {
              NeighbourDiscovery.begin(s, at, NeighbourDiscovery.NEIGHBOUR_SOLICITATION);
              NeighbourDiscovery.target(s, at, TARGET.high(), TARGET.low());
              NeighbourOption.writeMac(s, at + 24, 1, MAC_A);
            }));
    builders.add(
        neighbour(
            "fe80::b",
            24 + 8,
            (s, at) -> {
              NeighbourDiscovery.begin(s, at, NeighbourDiscovery.NEIGHBOUR_ADVERTISEMENT);
              NeighbourDiscovery.flags(
                  s, at, NeighbourDiscovery.SOLICITED_FLAG | NeighbourDiscovery.OVERRIDE_FLAG);
              NeighbourDiscovery.target(s, at, TARGET.high(), TARGET.low());
              NeighbourOption.writeMac(s, at + 24, 2, MAC_A);
            }));
  }

  private static void writeAdvertisement(java.lang.foreign.MemorySegment s, long at) {
    NeighbourDiscovery.begin(s, at, NeighbourDiscovery.ROUTER_ADVERTISEMENT);
    NeighbourDiscovery.router(s, at, 64, 0x80, 1800);
    NeighbourOption.writeMac(s, at + 16, NeighbourOption.SOURCE_LINK_LAYER_ADDRESS, MAC_A);
    NeighbourOption.writeMtu(s, at + 24, 1450);
    NeighbourOption.beginPrefix(s, at + 32, 64, 0xc0);
    NeighbourOption.lifetimes(s, at + 32, 7200, 3600);
    NeighbourOption.prefix(s, at + 32, 0xfd00_0000_0000_0000L, 0);
  }

  private static FrameBuilder neighbour(
      String destination, int sizeBytes, FrameBuilder.HeaderChange writer) {
    return icmpv6(LINK_LOCAL, IpAddress.parse(destination), sizeBytes, writer)
        .ip((s, at) -> Ipv6Header.hopLimit(s, at, NeighbourDiscovery.HOP_LIMIT));
  }

  private static void addWholeNeighbourFrames(List<FrameBuilder> builders) {
    int arpBytes = ArpFrame.SIZE_BYTES;
    builders.add(whole(arpBytes, (s, at) -> ArpFrame.announcement(s, at, MAC_A, IP_A)));
    builders.add(whole(arpBytes, (s, at) -> ArpFrame.probe(s, at, MAC_B, IP_B, MAC_A)));
    builders.add(
        whole(
            arpBytes,
            (s, at) -> {
              ArpFrame.reply(s, at, MAC_A, IP_A);
              ArpFrame.answer(s, at, MAC_B, IP_B);
            }));
    builders.add(whole(arpBytes, (s, at) -> ArpFrame.reverse(s, at, MAC_A)));
    for (boolean answers : new boolean[] {false, true}) {
      builders.add(
          whole(
              NeighbourFrame.SIZE_BYTES,
              (s, at) -> {
                NeighbourFrame.beginAdvertisement(s, at, NeighbourDiscovery.OVERRIDE_FLAG);
                NeighbourFrame.owner(s, at, MAC_A, TARGET.high(), TARGET.low());
                if (answers) {
                  NeighbourFrame.answer(s, at, MAC_B, IP6_B.high(), IP6_B.low());
                }
                NeighbourFrame.finish(s, at);
              }));
    }
    builders.add(
        whole(
            NeighbourFrame.SIZE_BYTES,
            (s, at) -> {
              NeighbourFrame.beginSolicitation(s, at, MAC_A);
              NeighbourFrame.asked(s, at, MAC_B, TARGET.high(), TARGET.low());
              NeighbourFrame.finish(s, at);
            }));
  }

  private static void addDhcp(List<FrameBuilder> builders) {
    byte[] message = new byte[240];
    message[0] = 2; // reply
    message[1] = 1; // Ethernet
    message[2] = 6; // octets of its addresses
    HexFormat hex = HexFormat.of();
    byte[] address = hex.parseHex("0a00004d");
    System.arraycopy(address, 0, message, 16, 4);
    System.arraycopy(hex.parseHex("02000000000a"), 0, message, 28, 6);
    System.arraycopy(hex.parseHex("63825363"), 0, message, 236, 4);
    builders.add(
        ethernet()
            .ipv4()
            .udp(67, 68)
            .bytes(message)
            .bytes(hex.parseHex("350105" + "330400000e10" + "36040a000001" + "ff")));
  }

  private static void addMulticast(List<FrameBuilder> builders) {
    builders.add(igmp(0xe000_0001, 8, (s, at) -> IgmpMessage.begin(s, at, 0x11, 0, 0)));
    builders.add(igmp(0xe000_0001, 8, (s, at) -> IgmpMessage.begin(s, at, 0x11, 100, 0)));
    builders.add(
        igmp(GROUP, 8, (s, at) -> IgmpMessage.begin(s, at, IgmpMessage.V2_REPORT, 0, GROUP)));
    builders.add(
        igmp(0xe000_0002, 8, (s, at) -> IgmpMessage.begin(s, at, IgmpMessage.LEAVE, 0, GROUP)));
    builders.add(
        igmp(
            GROUP,
            12,
            (s, at) -> {
              IgmpMessage.begin(s, at, IgmpMessage.QUERY, 0x8f, GROUP);
              IgmpMessage.queryV3(s, at, 2, 125, 0);
            }));
    builders.add(
        igmp(
            0xe000_0016,
            8 + 8 + 16,
            (s, at) -> {
              IgmpMessage.beginV3Report(s, at, 2);
              IgmpMessage.beginRecord(s, at + 8, MulticastRecord.CHANGE_TO_EXCLUDE, 0, GROUP);
              IgmpMessage.beginRecord(s, at + 16, MulticastRecord.ALLOW_NEW_SOURCES, 2, GROUP + 1);
              IgmpMessage.recordSource(s, at + 16, 0, IP_A);
              IgmpMessage.recordSource(s, at + 16, 1, IP_B);
            }));
    builders.add(mld(24, (s, at) -> MldMessage.begin(s, at, MldMessage.QUERY, 10_000)));
    builders.add(mld(24, (s, at) -> writeMld(s, at, MldMessage.V1_REPORT)));
    builders.add(mld(24, (s, at) -> writeMld(s, at, MldMessage.DONE)));
    builders.add(
        mld(
            28,
            (s, at) -> {
              MldMessage.begin(s, at, MldMessage.QUERY, 10_000);
              MldMessage.group(s, at, GROUP_6.high(), GROUP_6.low());
              MldMessage.queryV2(s, at, 2, 125, 0);
            }));
    builders.add(
        mld(
            8 + 20 + 36,
            (s, at) -> {
              MldMessage.beginV2Report(s, at, 2);
              MldMessage.beginRecord(s, at + 8, MulticastRecord.CHANGE_TO_EXCLUDE, 0);
              MldMessage.recordAddress(s, at + 8, 0, GROUP_6.high(), GROUP_6.low());
              MldMessage.beginRecord(s, at + 28, MulticastRecord.BLOCK_OLD_SOURCES, 1);
              MldMessage.recordAddress(s, at + 28, 0, GROUP_6.high(), GROUP_6.low() + 1);
              MldMessage.recordAddress(s, at + 28, 1, TARGET.high(), TARGET.low());
            }));
  }

  private static void writeMld(java.lang.foreign.MemorySegment s, long at, int type) {
    MldMessage.begin(s, at, type, 0);
    MldMessage.group(s, at, GROUP_6.high(), GROUP_6.low());
  }

  private static FrameBuilder igmp(
      int destination, int sizeBytes, FrameBuilder.HeaderChange writer) {
    return ethernet(0x0100_5e01_0101L, MAC_A)
        .ipv4(IP_A, destination, ROUTER_ALERT_4)
        .ip((s, at) -> Ipv4Header.timeToLive(s, at, 1))
        .message(IpProtocol.IGMP, sizeBytes, writer);
  }

  private static FrameBuilder mld(int sizeBytes, FrameBuilder.HeaderChange writer) {
    return ethernet(0x3333_0000_0016L, MAC_A)
        .ipv6(LINK_LOCAL, IpAddress.parse("ff02::16"))
        .ip((s, at) -> Ipv6Header.hopLimit(s, at, 1))
        .extension(IpProtocol.HOP_BY_HOP, ROUTER_ALERT_6)
        .message(IpProtocol.ICMPV6, sizeBytes, writer);
  }

  private static void addTunnels(List<FrameBuilder> builders) {
    byte[] inner =
        ethernet().vlan(EtherType.VLAN, 9).ipv4().tcp(1, 2, TcpHeader.ACK).payload(1000).toBytes();
    builders.add(ethernet().ipv4().udp(50_000, 4789).vxlan(0xabcdef, inner));
    builders.add(
        ethernet()
            .ipv6()
            .udp(50_000, 4789)
            .vxlan(100, ethernet().arp(ArpPacket.REQUEST, MAC_A, IP_A, IP_B).toBytes()));
    builders.add(ethernet().ipv4().udp(50_000, 4789).bytes(groupHeader()).bytes(inner));
    builders.add(
        ethernet().ipv4().udp(50_000, 4790).bytes(0x0c, 0, 0, 3, 0x12, 0x34, 0x56, 0).bytes(inner));
    builders.add(
        ethernet().ipv4().udp(50_000, 6081).bytes(0, 0, 0x65, 0x58, 1, 2, 3, 0).bytes(inner));
    builders.add(
        ethernet()
            .ipv6()
            .udp(50_000, 6081)
            .bytes(5, 0x40, 0x65, 0x58, 0xff, 0xff, 0xff, 0)
            .bytes(1, 2, 3, 1, 0xde, 0xad, 0xbe, 0xef)
            .bytes(1, 6, 0x80, 2, 1, 2, 3, 4, 5, 6, 7, 8)
            .bytes(inner));
    for (FrameBuilder outer : List.of(ethernet().ipv4(), ethernet().ipv6())) {
      builders.add(
          outer
              .protocol(IpProtocol.GRE)
              .bytes(0x20, 0, 0x65, 0x58, 0x01, 0x38, 0x80, 0x2a)
              .bytes(inner));
    }
  }

  private static byte[] groupHeader() {
    byte[] header = new byte[VxlanHeader.SIZE_BYTES];
    VxlanGbpHeader.write(
        java.lang.foreign.MemorySegment.ofArray(header), 0, 0xabcdef, 0xbeef, true);
    return header;
  }
}
