package net.viaduct.wire;

import static net.viaduct.wire.FrameBuilder.MAC_A;
import static net.viaduct.wire.FrameBuilder.MAC_B;
import static net.viaduct.wire.FrameBuilder.ethernet;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6ExtensionHeaders;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;
import net.viaduct.wire.multicast.IgmpMessage;
import net.viaduct.wire.multicast.MldMessage;
import net.viaduct.wire.neighbour.ArpPacket;
import net.viaduct.wire.neighbour.NeighbourDiscovery;
import net.viaduct.wire.neighbour.NeighbourOption;
import net.viaduct.wire.tunnel.VxlanHeader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is sound and what is malformed, and why; the fields themselves are the oracles' affair. */
class HeaderTest {
  private final MemorySegment s = Arena.ofAuto().allocate(2048);

  @Test
  @Tag("R1")
  @DisplayName("R1: VNI in bytes 4 to 6, I flag, all else zero")
  void shouldWriteVxlanHeadersAsRfc7348Says() {
    s.fill((byte) 0xff);
    VxlanHeader.write(s, 3, 0xabcdef);
    assertThat(s.asSlice(3, 8).toArray(ValueLayout.JAVA_BYTE))
        .containsExactly(8, 0, 0, 0, 0xab, 0xcd, 0xef, 0);
    assertThat(VxlanHeader.vni(s, 3)).isEqualTo(0xabcdef);
    assertThat(VxlanHeader.hasValidVni(s, 3)).isTrue();
    assertThat(VxlanHeader.reservedBitsAreZero(s, 3)).isTrue();
    assertThat(VxlanHeader.fits(7)).isFalse();
    assertThat(VxlanHeader.fits(8)).isTrue();
  }

  @Test
  @Tag("R2")
  @Tag("R3")
  void shouldTellEachReservedBitOfVxlanFromTheVni() {
    for (int bit = 0; bit < 64; bit++) {
      VxlanHeader.write(s, 0, 0);
      NetworkOrder.u8(s, bit / 8, NetworkOrder.u8(s, bit / 8) ^ 0x80 >> bit % 8);
      boolean flag = bit == 4;
      boolean vni = bit >= 32 && bit < 56;
      assertThat(VxlanHeader.hasValidVni(s, 0)).as("bit %d", bit).isEqualTo(!flag);
      assertThat(VxlanHeader.reservedBitsAreZero(s, 0)).as("bit %d", bit).isEqualTo(flag || vni);
      assertThat(VxlanHeader.vni(s, 0) != 0).as("bit %d", bit).isEqualTo(vni);
    }
  }

  @Test
  @Tag("R8")
  void shouldStripAndInsertVlanTags() {
    byte[] plain = ethernet().ipv4().udp(1, 2).payload(9).toBytes();
    MemorySegment.copy(plain, 0, s, ValueLayout.JAVA_BYTE, 100, plain.length);

    int tci = VlanTag.tciOf(4094, 5, true);
    VlanTag.insert(s, 100, EtherType.VLAN, tci);
    assertThat(VlanTag.isPresent(s, 96, plain.length + 4)).isTrue();
    assertThat(VlanTag.isPresent(s, 96, 17)).as("no room for what follows").isFalse();
    assertThat(EthernetHeader.destination(s, 96)).isEqualTo(MAC_B);
    assertThat(EthernetHeader.source(s, 96)).isEqualTo(MAC_A);
    long tagAt = 96 + VlanTag.FIRST_TAG_OFFSET;
    assertThat(VlanTag.vlanId(s, tagAt)).isEqualTo(4094);
    assertThat(VlanTag.priority(s, tagAt)).isEqualTo(5);
    assertThat(VlanTag.isDropEligible(s, tagAt)).isTrue();
    assertThat(VlanTag.nextEtherType(s, tagAt)).isEqualTo(EtherType.IPV4);

    VlanTag.strip(s, 96);
    assertThat(s.asSlice(100, plain.length).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(plain);
  }

  @Test
  void shouldTellWhatIsWrongWithIpv4() {
    MemorySegment ip = packet(ethernet().ipv4().udp(1, 2).payload(8));
    assertThat(Ipv4Header.check(ip, 0, 36)).isNull();
    assertThat(Ipv4Header.check(ip, 0, 60)).as("padded").isNull();
    assertThat(Ipv4Header.check(ip, 0, 35)).isEqualTo(Malformation.TRUNCATED);
    assertThat(Ipv4Header.checkHeader(ip, 0, 35)).isNull();
    assertThat(Ipv4Header.check(ip, 0, 19)).isEqualTo(Malformation.TRUNCATED);
    NetworkOrder.u8(ip, 0, 0x65);
    assertThat(Ipv4Header.check(ip, 0, 36)).isEqualTo(Malformation.BAD_VERSION);
    NetworkOrder.u8(ip, 0, 0x44);
    assertThat(Ipv4Header.check(ip, 0, 36)).isEqualTo(Malformation.BAD_HEADER_LENGTH);
    NetworkOrder.u8(ip, 0, 0x4f);
    assertThat(Ipv4Header.check(ip, 0, 36)).isEqualTo(Malformation.TRUNCATED);
    NetworkOrder.u8(ip, 0, 0x45);
    Ipv4Header.totalLengthBytes(ip, 0, 19);
    assertThat(Ipv4Header.check(ip, 0, 36)).isEqualTo(Malformation.BAD_TOTAL_LENGTH);
    assertThat(Ipv4Header.hasValidChecksum(ip, 0)).isFalse();
  }

  @Test
  void shouldTellWhatIsWrongWithIpv6() {
    MemorySegment ip = packet(ethernet().ipv6().udp(1, 2).payload(8));
    assertThat(Ipv6Header.check(ip, 0, 56)).isNull();
    assertThat(Ipv6Header.check(ip, 0, 55)).isEqualTo(Malformation.TRUNCATED);
    assertThat(Ipv6Header.checkHeader(ip, 0, 55)).isNull();
    assertThat(Ipv6Header.check(ip, 0, 39)).isEqualTo(Malformation.TRUNCATED);
    NetworkOrder.u8(ip, 0, 0x40);
    assertThat(Ipv6Header.check(ip, 0, 56)).isEqualTo(Malformation.BAD_VERSION);
  }

  @Test
  void shouldKeepTheFieldsOfIpv6sFirstWordApart() {
    Ipv6Header.begin(s, 0, 17, 8);
    Ipv6Header.flowLabel(s, 0, 0xfffff);
    Ipv6Header.trafficClass(s, 0, 0);
    assertThat(Ipv6Header.flowLabel(s, 0)).isEqualTo(0xfffff);
    Ipv6Header.trafficClass(s, 0, 0xff);
    Ipv6Header.flowLabel(s, 0, 0);
    assertThat(Ipv6Header.trafficClass(s, 0)).isEqualTo(0xff);
    assertThat(Ipv6Header.version(s, 0)).isEqualTo(6);
  }

  @Test
  void shouldWalkIpv6ExtensionHeaders() {
    MemorySegment ip =
        packet(
            ethernet()
                .ipv6()
                .options(IpProtocol.HOP_BY_HOP)
                .extension(IpProtocol.ROUTING, new byte[22])
                .extension(IpProtocol.AUTHENTICATION, new byte[22])
                .udp(1, 2));
    NetworkOrder.u8(ip, 40 + 8 + 24 + 1, 4); // RFC 4302: in units of 4, less 2
    long walk = Ipv6ExtensionHeaders.walk(ip, 0, (int) ip.byteSize());
    assertThat(Ipv6ExtensionHeaders.isBroken(walk)).isFalse();
    assertThat(Ipv6ExtensionHeaders.hasRouting(walk)).isTrue();
    assertThat(Ipv6ExtensionHeaders.isFragment(walk)).isFalse();
    assertThat(Ipv6ExtensionHeaders.protocol(walk)).isEqualTo(IpProtocol.UDP);
    assertThat(Ipv6ExtensionHeaders.offsetBytes(walk)).isEqualTo(40 + 8 + 24 + 24);

    long cut = Ipv6ExtensionHeaders.walk(ip, 0, 40 + 8 + 23);
    assertThat(Ipv6ExtensionHeaders.isBroken(cut)).isTrue();
    assertThat(Ipv6ExtensionHeaders.protocol(cut)).isEqualTo(IpProtocol.ROUTING);
  }

  @Test
  void shouldTellTheFirstFragmentOfIpv6FromLaterOnes() {
    MemorySegment first = packet(ethernet().ipv6().fragment6(1, 0, true).udp(1, 2).payload(8));
    long walk = Ipv6ExtensionHeaders.walk(first, 0, (int) first.byteSize());
    assertThat(Ipv6ExtensionHeaders.isFragment(walk)).isTrue();
    assertThat(Ipv6ExtensionHeaders.isLaterFragment(walk)).isFalse();
    assertThat(Ipv6ExtensionHeaders.protocol(walk)).isEqualTo(IpProtocol.UDP);
    assertThat(Ipv6ExtensionHeaders.fragmentIdentification(first, 40)).isEqualTo(1);

    MemorySegment later = packet(ethernet().ipv6().fragment6(1, 8, false).protocol(0).payload(16));
    walk = Ipv6ExtensionHeaders.walk(later, 0, (int) later.byteSize());
    assertThat(Ipv6ExtensionHeaders.isLaterFragment(walk)).isTrue();
    assertThat(Ipv6ExtensionHeaders.isBroken(walk)).isFalse();
    assertThat(Ipv6ExtensionHeaders.offsetBytes(walk)).isEqualTo(48);
  }

  @Test
  void shouldTellWhatIsWrongWithUdpAndTcp() {
    UdpHeader.write(s, 0, 1, 2, 20);
    assertThat(UdpHeader.check(s, 0, 20)).isNull();
    assertThat(UdpHeader.check(s, 0, 7)).isEqualTo(Malformation.TRUNCATED);
    assertThat(UdpHeader.check(s, 0, 19)).isEqualTo(Malformation.TRUNCATED);
    UdpHeader.lengthBytes(s, 0, 7);
    assertThat(UdpHeader.check(s, 0, 20)).isEqualTo(Malformation.BAD_TOTAL_LENGTH);
    TcpHeader.begin(s, 0, 24, TcpHeader.SYN);
    assertThat(TcpHeader.check(s, 0, 24)).isNull();
    assertThat(TcpHeader.check(s, 0, 23)).isEqualTo(Malformation.TRUNCATED);
    assertThat(TcpHeader.check(s, 0, 19)).isEqualTo(Malformation.TRUNCATED);
    TcpHeader.begin(s, 0, 16, TcpHeader.SYN);
    assertThat(TcpHeader.check(s, 0, 24)).isEqualTo(Malformation.BAD_HEADER_LENGTH);
  }

  @Test
  void shouldTellWhatIsWrongWithArp() {
    MemorySegment arp = packet(ethernet().arp(ArpPacket.REQUEST, MAC_A, 0, 7));
    assertThat(ArpPacket.check(arp, 0, 28)).isNull();
    assertThat(ArpPacket.isProbe(arp, 0)).isTrue();
    assertThat(ArpPacket.isGratuitous(arp, 0)).isFalse();
    ArpPacket.sender(arp, 0, MAC_A, 7);
    assertThat(ArpPacket.isProbe(arp, 0)).isFalse();
    assertThat(ArpPacket.isGratuitous(arp, 0)).isTrue();
    assertThat(ArpPacket.check(arp, 0, 27)).isEqualTo(Malformation.TRUNCATED);
    NetworkOrder.u16(arp, 6, 3);
    assertThat(ArpPacket.check(arp, 0, 28)).isEqualTo(Malformation.BAD_TYPE);
    NetworkOrder.u8(arp, 4, 8);
    assertThat(ArpPacket.check(arp, 0, 28)).isEqualTo(Malformation.BAD_ADDRESS_FORMAT);
  }

  @Test
  void shouldTellWhatIsWrongWithNeighbourDiscovery() {
    Ipv6Header.begin(s, 0, IpProtocol.ICMPV6, 40);
    Ipv6Header.hopLimit(s, 0, 255);
    NeighbourDiscovery.begin(s, 40, NeighbourDiscovery.NEIGHBOUR_SOLICITATION);
    NeighbourOption.writeMac(s, 64, 14, 5); // a nonce, which we do not know
    NeighbourOption.writeMac(s, 72, NeighbourOption.SOURCE_LINK_LAYER_ADDRESS, MAC_A);
    assertThat(NeighbourDiscovery.check(s, 0, 40, 40)).isNull();
    assertThat(NeighbourOption.find(s, 64, 16, 1)).isEqualTo(8);
    assertThat(NeighbourOption.find(s, 64, 16, 2)).isEqualTo(-1);
    assertThat(NeighbourDiscovery.check(s, 0, 40, 7)).isEqualTo(Malformation.TRUNCATED);
    assertThat(NeighbourDiscovery.check(s, 0, 40, 23)).isEqualTo(Malformation.TRUNCATED);
    assertThat(NeighbourDiscovery.check(s, 0, 40, 39)).isEqualTo(Malformation.BAD_OPTION);
    NetworkOrder.u8(s, 73, 0);
    assertThat(NeighbourDiscovery.check(s, 0, 40, 40)).isEqualTo(Malformation.BAD_OPTION);
    NetworkOrder.u8(s, 73, 2);
    assertThat(NeighbourDiscovery.check(s, 0, 40, 40)).isEqualTo(Malformation.BAD_OPTION);
    NetworkOrder.u8(s, 73, 1);
    NetworkOrder.u8(s, 72, NeighbourOption.PREFIX_INFORMATION);
    assertThat(NeighbourDiscovery.check(s, 0, 40, 40)).isEqualTo(Malformation.BAD_OPTION);
    Ipv6Header.hopLimit(s, 0, 254);
    assertThat(NeighbourDiscovery.check(s, 0, 40, 40)).isEqualTo(Malformation.BAD_HOP_LIMIT);
    NetworkOrder.u8(s, 41, 1);
    assertThat(NeighbourDiscovery.check(s, 0, 40, 40)).isEqualTo(Malformation.BAD_TYPE);
  }

  @Test
  void shouldKnowTheSolicitedNodeGroup() {
    IpAddress address = IpAddress.parse("fd00::1:2:3ab:cdef");
    IpAddress group =
        new IpAddress(
            NeighbourDiscovery.solicitedNodeHigh(),
            NeighbourDiscovery.solicitedNodeLow(address.low()));
    assertThat(group).hasToString("ff02::1:ffab:cdef");
  }

  @Test
  void shouldTellWhatIsWrongWithIgmp() {
    IgmpMessage.begin(s, 0, IgmpMessage.QUERY, 0, 0);
    assertThat(IgmpMessage.check(s, 0, 8)).isNull();
    assertThat(IgmpMessage.queryVersion(s, 0, 8)).isEqualTo(1);
    assertThat(IgmpMessage.maxResponseTimeDeciseconds(s, 0, 1)).isEqualTo(100);
    assertThat(IgmpMessage.check(s, 0, 7)).isEqualTo(Malformation.TRUNCATED);
    assertThat(IgmpMessage.check(s, 0, 11)).isEqualTo(Malformation.TRUNCATED);
    IgmpMessage.begin(s, 0, IgmpMessage.QUERY, 0xff, 0);
    assertThat(IgmpMessage.queryVersion(s, 0, 8)).isEqualTo(2);
    assertThat(IgmpMessage.maxResponseTimeDeciseconds(s, 0, 2)).isEqualTo(255);
    IgmpMessage.queryV3(s, 0, 2, 125, 2);
    assertThat(IgmpMessage.check(s, 0, 20)).isNull();
    assertThat(IgmpMessage.maxResponseTimeDeciseconds(s, 0, 3)).isEqualTo(31_744);
    assertThat(IgmpMessage.check(s, 0, 19)).isEqualTo(Malformation.BAD_COUNT);
    IgmpMessage.beginV3Report(s, 0, 2);
    IgmpMessage.beginRecord(s, 8, 4, 1, 7);
    IgmpMessage.beginRecord(s, 20, 4, 0, 8);
    assertThat(IgmpMessage.check(s, 0, 28)).isNull();
    assertThat(IgmpMessage.check(s, 0, 27)).isEqualTo(Malformation.BAD_COUNT);
    NetworkOrder.u8(s, 21, 1);
    assertThat(IgmpMessage.check(s, 0, 31)).isEqualTo(Malformation.BAD_COUNT);
    assertThat(IgmpMessage.check(s, 0, 32)).as("auxiliary data").isNull();
    NetworkOrder.u8(s, 0, 0x13);
    assertThat(IgmpMessage.check(s, 0, 32)).isEqualTo(Malformation.BAD_TYPE);
  }

  @Test
  void shouldTellWhatIsWrongWithMld() {
    MldMessage.begin(s, 0, MldMessage.QUERY, 0xffff);
    assertThat(MldMessage.check(s, 0, 24)).isNull();
    assertThat(MldMessage.maxResponseDelayMs(s, 0, MldMessage.queryVersion(24))).isEqualTo(65_535);
    assertThat(MldMessage.maxResponseDelayMs(s, 0, MldMessage.queryVersion(28)))
        .isEqualTo(8_387_584);
    assertThat(MldMessage.check(s, 0, 7)).isEqualTo(Malformation.TRUNCATED);
    assertThat(MldMessage.check(s, 0, 27)).isEqualTo(Malformation.TRUNCATED);
    MldMessage.queryV2(s, 0, 2, 125, 1);
    assertThat(MldMessage.check(s, 0, 44)).isNull();
    assertThat(MldMessage.check(s, 0, 43)).isEqualTo(Malformation.BAD_COUNT);
    MldMessage.begin(s, 0, MldMessage.DONE, 0);
    assertThat(MldMessage.check(s, 0, 23)).isEqualTo(Malformation.TRUNCATED);
    MldMessage.beginV2Report(s, 0, 1);
    MldMessage.beginRecord(s, 8, 4, 1);
    assertThat(MldMessage.check(s, 0, 44)).isNull();
    assertThat(MldMessage.check(s, 0, 43)).isEqualTo(Malformation.BAD_COUNT);
    assertThat(MldMessage.check(s, 0, 27)).isEqualTo(Malformation.BAD_COUNT);
    Icmpv6.begin(s, 0, 133, 0);
    assertThat(MldMessage.check(s, 0, 43)).isEqualTo(Malformation.BAD_TYPE);
  }

  private static MemorySegment packet(FrameBuilder builder) {
    return builder.build().asSlice(EthernetHeader.SIZE_BYTES);
  }
}
