package net.viaduct.wire;

import static net.viaduct.wire.FrameBuilder.IP6_A;
import static net.viaduct.wire.FrameBuilder.IP6_B;
import static net.viaduct.wire.FrameBuilder.IP_A;
import static net.viaduct.wire.FrameBuilder.IP_B;
import static net.viaduct.wire.FrameBuilder.MAC_A;
import static net.viaduct.wire.FrameBuilder.MAC_B;
import static net.viaduct.wire.FrameBuilder.ethernet;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.wire.ip.Icmpv4;
import net.viaduct.wire.ip.Ipv6ExtensionHeaders;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.neighbour.ArpPacket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R30")
class FlowKeyTest {
  private final FlowKey key = new FlowKey();

  @Test
  void shouldReadAFiveTupleOfIpv4() {
    parse(ethernet().ipv4().udp(1000, 2000).payload(10));
    assertThat(key.destinationMac()).isEqualTo(MAC_B);
    assertThat(key.sourceMac()).isEqualTo(MAC_A);
    assertThat(key.etherType()).isEqualTo(EtherType.IPV4);
    assertThat(key.isIpv4()).isTrue();
    assertThat(key.isIpv6()).isFalse();
    assertThat(key.ipProtocol()).isEqualTo(IpProtocol.UDP);
    assertThat(new IpAddress(key.sourceHigh(), key.sourceLow())).isEqualTo(IpAddress.ofIpv4(IP_A));
    assertThat(new IpAddress(key.destinationHigh(), key.destinationLow()))
        .isEqualTo(IpAddress.ofIpv4(IP_B));
    assertThat(key.sourcePort()).isEqualTo(1000);
    assertThat(key.destinationPort()).isEqualTo(2000);
    assertThat(key.networkOffset()).isEqualTo(14);
    assertThat(key.transportOffset()).isEqualTo(34);
    assertThat(key.networkEnd()).isEqualTo(52);
  }

  @Test
  void shouldStepOverIpv4Options() {
    parse(ethernet().ipv4(IP_A, IP_B, new byte[] {7, 7, 4, 0, 0, 0, 0, 0}).tcp(3, 4, 0));
    assertThat(key.transportOffset()).isEqualTo(42);
    assertThat(key.sourcePort()).isEqualTo(3);
  }

  @Test
  void shouldStepOverVlanTags() {
    parse(
        ethernet().vlan(EtherType.SERVICE_VLAN, 7).vlan(EtherType.VLAN, 8).ipv4().udp(1000, 2000));
    assertThat(key.vlanTags()).isEqualTo(2);
    assertThat(key.networkOffset()).isEqualTo(22);
    assertThat(key.destinationPort()).isEqualTo(2000);
  }

  @Test
  void shouldHashAlikeWithAndWithoutVlanTags() {
    int plain = hash(ethernet().ipv4().udp(1000, 2000));
    assertThat(hash(ethernet().vlan(EtherType.VLAN, 8).ipv4().udp(1000, 2000))).isEqualTo(plain);
  }

  @Test
  void shouldStepOverIpv6ExtensionHeaders() {
    parse(
        ethernet()
            .ipv6()
            .options(IpProtocol.HOP_BY_HOP)
            .options(IpProtocol.DESTINATION_OPTIONS)
            .extension(IpProtocol.ROUTING, new byte[22])
            .fragment6(1, 0, false)
            .tcp(5, 6, 0));
    assertThat(key.isIpv6()).isTrue();
    assertThat(key.isFragment()).as("atomic fragment").isFalse();
    assertThat(key.transportOffset()).isEqualTo(14 + 40 + 8 + 8 + 24 + 8);
    assertThat(key.ipProtocol()).isEqualTo(IpProtocol.TCP);
    assertThat(key.destinationPort()).isEqualTo(6);
    assertThat(new IpAddress(key.sourceHigh(), key.sourceLow())).isEqualTo(IP6_A);
    assertThat(new IpAddress(key.destinationHigh(), key.destinationLow())).isEqualTo(IP6_B);
  }

  @Test
  void shouldHashAlikeWhateverExtensionHeadersThereAre() {
    int plain = hash(ethernet().ipv6().tcp(5, 6, 0));
    assertThat(hash(ethernet().ipv6().options(IpProtocol.HOP_BY_HOP).tcp(5, 6, TcpHeader.FIN)))
        .isEqualTo(plain);
  }

  @Test
  @DisplayName("R5, R30: all fragments of a packet are one flow, the first one too")
  void shouldHashAllFragmentsAlike() {
    int first4 = hash(ethernet().ipv4().fragment4(9, 0, true).udp(1000, 2000).payload(1000));
    assertThat(key.isFragment()).isTrue();
    assertThat(key.transportOffset()).isEqualTo(-1);
    assertThat(key.sourcePort()).isZero();
    FrameBuilder later4 = ethernet().ipv4().fragment4(9, 1008, false).protocol(17).payload(500);
    assertThat(hash(later4)).isEqualTo(first4);

    int first6 = hash(ethernet().ipv6().fragment6(9, 0, true).udp(1000, 2000).payload(1000));
    assertThat(key.isFragment()).isTrue();
    FrameBuilder later6 = ethernet().ipv6().fragment6(9, 1008, false).payload(500);
    assertThat(hash(later6)).isEqualTo(first6);
    assertThat(first6).isNotEqualTo(first4);
  }

  @Test
  void shouldHaveNoPortsWhenTheProtocolHasNone() {
    parse(
        ethernet()
            .ipv4()
            .message(1, 8, (s, at) -> Icmpv4.beginEcho(s, at, Icmpv4.ECHO_REQUEST, 7, 8)));
    assertThat(key.ipProtocol()).isEqualTo(IpProtocol.ICMPV4);
    assertThat(key.transportOffset()).isEqualTo(34);
    assertThat(key.sourcePort()).isZero();
    assertThat(key.destinationPort()).isZero();
  }

  @Test
  void shouldHashEchoesOfOnePairAlike() {
    int first = hash(echo(1, 1));
    assertThat(hash(echo(2, 77))).isEqualTo(first);
  }

  private static FrameBuilder echo(int identifier, int sequence) {
    return ethernet()
        .ipv4()
        .message(1, 8, (s, at) -> Icmpv4.beginEcho(s, at, 8, identifier, sequence));
  }

  @Test
  void shouldNotReadPortsFromEthernetPadding() {
    MemorySegment frame = ethernet().ipv4().protocol(IpProtocol.UDP).build();
    MemorySegment padded = Arena.ofAuto().allocate(60);
    padded.fill((byte) 0x77);
    MemorySegment.copy(frame, 0, padded, 0, frame.byteSize());
    key.parse(padded, 0, 60);
    assertThat(key.transportOffset()).isEqualTo(-1);
    assertThat(key.sourcePort()).isZero();
    assertThat(key.networkEnd()).isEqualTo(34);
  }

  @Test
  void shouldHashAnythingElseByMacsAndEtherType() {
    int arp = hash(ethernet().arp(ArpPacket.REQUEST, MAC_A, IP_A, IP_B));
    assertThat(hash(ethernet().arp(ArpPacket.REPLY, MAC_A, 5, 6))).isEqualTo(arp);
    assertThat(hash(ethernet().etherType(0x88cc).payload(28))).isNotEqualTo(arp);
    assertThat(hash(ethernet(MAC_B, 1).arp(1, MAC_A, IP_A, IP_B))).isNotEqualTo(arp);
    assertThat(key.transportOffset()).isEqualTo(-1);
    assertThat(key.ipProtocol()).isZero();
  }

  @Test
  void shouldHashLengthTypedFramesAlikeWhateverTheirLength() {
    int shorter = hash(ethernet().etherType(60).payload(60));
    assertThat(key.etherType()).isZero();
    assertThat(hash(ethernet().etherType(70).payload(70))).isEqualTo(shorter);
  }

  @Test
  void shouldFallBackToMacsWhenTheIpHeaderIsMalformed() {
    int macs = hash(ethernet().etherType(EtherType.IPV4).bytes((byte) 0x65));
    assertThat(key.isIpv4()).isFalse();
    assertThat(hash(ethernet().ipv4().ip((s, at) -> NetworkOrder.u8(s, at, 0x41)).udp(1, 2)))
        .as("a header length below the minimum")
        .isNotZero();
    assertThat(hash(ethernet().etherType(EtherType.IPV4).bytes((byte) 0x45))).isEqualTo(macs);
  }

  @Test
  void shouldFallBackToAddressesWhenExtensionHeadersAreBroken() {
    FrameBuilder broken =
        ethernet().ipv6().extension(IpProtocol.HOP_BY_HOP, new byte[] {1, 4, 0, 0, 0, 0});
    MemorySegment frame = broken.build();
    NetworkOrder.u8(frame, 14 + 40 + 1, 200);
    key.parse(frame, 0, (int) frame.byteSize());
    assertThat(key.isIpv6()).isTrue();
    assertThat(key.ipProtocol()).isZero();
    assertThat(key.transportOffset()).isEqualTo(-1);
  }

  @Test
  void shouldGiveUpAfterTooManyExtensionHeaders() {
    FrameBuilder builder = ethernet().ipv6();
    for (int i = 0; i <= Ipv6ExtensionHeaders.MAX_HEADERS; i++) {
      builder.options(IpProtocol.DESTINATION_OPTIONS);
    }
    parse(builder.udp(1, 2));
    assertThat(key.transportOffset()).isEqualTo(-1);
  }

  @Test
  void shouldForgetTheFrameBefore() {
    parse(ethernet().vlan(EtherType.VLAN, 8).ipv6().udp(1000, 2000));
    MemorySegment runt = Arena.ofAuto().allocate(13);
    key.parse(runt, 0, 13);
    assertThat(key).usingRecursiveComparison().isEqualTo(new FlowKey());
    assertThat(key.hash()).isEqualTo(new FlowKey().hash());
  }

  @Test
  @DisplayName("R5, R30: the hash is the same on every host and JVM")
  void shouldGiveTheseHashesForEver() {
    assertThat(hash(ethernet().ipv4().udp(1000, 2000))).isEqualTo(0x54b9_fff4);
    assertThat(hash(ethernet().ipv6().tcp(1000, 2000, 0))).isEqualTo(0xa2ff_b8d0);
    assertThat(hash(ethernet().arp(1, MAC_A, IP_A, IP_B))).isEqualTo(0x9ed6_ff04);
  }

  @Test
  void shouldTellWhetherTwoFramesAreOfOneFlow() {
    FlowKey other = new FlowKey();
    parse(ethernet().ipv4().udp(1000, 2000));
    MemorySegment same = ethernet(1, 2).ipv4().udp(1000, 2000).payload(99).build();
    other.parse(same, 0, (int) same.byteSize());
    assertThat(key.isSameFlow(other)).isTrue();
    MemorySegment different = ethernet().ipv4().tcp(1000, 2000, 0).build();
    other.parse(different, 0, (int) different.byteSize());
    assertThat(key.isSameFlow(other)).isFalse();
  }

  private int hash(FrameBuilder builder) {
    parse(builder);
    return key.hash();
  }

  private void parse(FrameBuilder builder) {
    MemorySegment frame = builder.build();
    key.parse(frame, 0, (int) frame.byteSize());
  }
}
