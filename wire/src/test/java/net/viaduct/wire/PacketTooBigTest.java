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
import java.lang.foreign.ValueLayout;
import java.util.List;
import net.viaduct.wire.ip.Icmpv4;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.PacketTooBig;
import net.viaduct.wire.ip.TcpHeader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scapy and tshark judge the answers too, in {@link OracleTest}. */
@Tag("R7")
class PacketTooBigTest {
  private static final int MTU_BYTES = 1350;

  /** Answers to all kinds of frames, for the oracles. */
  static List<byte[]> answers() {
    return List.of(
        answer(tcp4(), MTU_BYTES),
        answer(ethernet().vlan(EtherType.VLAN, 7).ipv4().udp(1, 2).payload(1400), MTU_BYTES),
        answer(ethernet().ipv4().fragment4(7, 0, true).udp(1, 2).payload(1400), MTU_BYTES),
        answer(ethernet().ipv4(IP_A, IP_B, new byte[] {1, 1, 1, 0}).udp(1, 2), MTU_BYTES),
        answer(tcp6(), MTU_BYTES),
        answer(tcp6(), 1000),
        answer(ethernet().ipv6().options(IpProtocol.HOP_BY_HOP).udp(1, 2).payload(1400), 1290));
  }

  private static FrameBuilder tcp4() {
    return ethernet().ipv4().tcp(1000, 80, TcpHeader.ACK).payload(1400);
  }

  private static FrameBuilder tcp6() {
    return ethernet().ipv6().tcp(1000, 80, TcpHeader.ACK).payload(1400);
  }

  private static byte[] answer(FrameBuilder builder, int mtuBytes) {
    MemorySegment frame = builder.build();
    FlowKey key = new FlowKey();
    key.parse(frame, 0, (int) frame.byteSize());
    MemorySegment out = Arena.ofAuto().allocate(PacketTooBig.MAX_SIZE_BYTES);
    int lengthBytes = PacketTooBig.make(frame, 0, key, mtuBytes, out, 0);
    return out.asSlice(0, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void shouldTellTheSenderTheMtuAndQuoteItsPacketWhenItIsIpv4() {
    MemorySegment answer = MemorySegment.ofArray(answer(tcp4(), MTU_BYTES));
    assertThat(EthernetHeader.destination(answer, 0)).isEqualTo(MAC_A);
    assertThat(EthernetHeader.source(answer, 0)).isEqualTo(MAC_B);
    assertThat(Ipv4Header.check(answer, 14, (int) answer.byteSize() - 14)).isNull();
    assertThat(answer.byteSize()).isEqualTo(14 + 576);
    assertThat(Ipv4Header.hasValidChecksum(answer, 14)).isTrue();
    assertThat(Ipv4Header.source(answer, 14)).isEqualTo(IP_B);
    assertThat(Ipv4Header.destination(answer, 14)).isEqualTo(IP_A);
    assertThat(Icmpv4.type(answer, 34)).isEqualTo(Icmpv4.DESTINATION_UNREACHABLE);
    assertThat(Icmpv4.code(answer, 34)).isEqualTo(Icmpv4.FRAGMENTATION_NEEDED);
    assertThat(Icmpv4.nextHopMtuBytes(answer, 34)).isEqualTo(MTU_BYTES);
    assertThat(Icmpv4.hasValidChecksum(answer, 34, 556)).isTrue();
    MemorySegment quoted = answer.asSlice(42);
    assertThat(quoted.mismatch(tcp4().build().asSlice(14))).isEqualTo(quoted.byteSize());
  }

  @Test
  void shouldTellTheSenderTheMtuAndQuoteItsPacketWhenItIsIpv6() {
    MemorySegment answer = MemorySegment.ofArray(answer(tcp6(), MTU_BYTES));
    assertThat(answer.byteSize()).isEqualTo(14 + 1280);
    assertThat(Ipv6Header.check(answer, 14, 1280)).isNull();
    assertThat(new IpAddress(Ipv6Header.sourceHigh(answer, 14), Ipv6Header.sourceLow(answer, 14)))
        .isEqualTo(IP6_B);
    assertThat(
            new IpAddress(
                Ipv6Header.destinationHigh(answer, 14), Ipv6Header.destinationLow(answer, 14)))
        .isEqualTo(IP6_A);
    assertThat(Icmpv6.type(answer, 54)).isEqualTo(Icmpv6.PACKET_TOO_BIG);
    assertThat(Icmpv6.mtuBytes(answer, 54)).isEqualTo(MTU_BYTES);
    assertThat(Icmpv6.hasValidChecksum(answer, 14, 54, 1240)).isTrue();
    MemorySegment quoted = answer.asSlice(62);
    assertThat(quoted.mismatch(tcp6().build().asSlice(14))).isEqualTo(quoted.byteSize());
  }

  @Test
  void shouldKeepTheTagsOfTheFrame() {
    byte[] answer =
        answer(ethernet().vlan(EtherType.VLAN, 7).ipv4().udp(1, 2).payload(1400), MTU_BYTES);
    MemorySegment s = MemorySegment.ofArray(answer);
    assertThat(VlanTag.isPresent(s, 0, answer.length)).isTrue();
    assertThat(VlanTag.vlanId(s, VlanTag.FIRST_TAG_OFFSET)).isEqualTo(7);
    assertThat(Icmpv4.type(s, 38)).isEqualTo(Icmpv4.DESTINATION_UNREACHABLE);
  }

  @Test
  void shouldNotTellAnMtuThatIpDoesNotKnow() {
    assertThat(Icmpv4.nextHopMtuBytes(MemorySegment.ofArray(answer(tcp4(), 1)), 34)).isEqualTo(68);
    assertThat(Icmpv6.mtuBytes(MemorySegment.ofArray(answer(tcp6(), 1000)), 54)).isEqualTo(1280);
    assertThat(answer(ethernet().ipv6().udp(1, 2).payload(1200), 1000))
        .as("a packet that no answer of 1,280 makes smaller")
        .isEmpty();
  }

  @Test
  void shouldNotAnswerErrorsGroupsLaterFragmentsAndOtherProtocols() {
    List<FrameBuilder> unanswered =
        List.of(
            ethernet().arp(1, MAC_A, IP_A, IP_B),
            ethernet().etherType(0x88b5).payload(1400),
            ethernet(0x0100_5e01_0101L, MAC_A).ipv4(IP_A, 0xef01_0101, new byte[0]).udp(1, 2),
            ethernet(MacAddress.BROADCAST, MAC_A).ipv4().udp(1, 2).payload(1400),
            ethernet().ipv4(0, IP_B, new byte[0]).udp(1, 2).payload(1400),
            ethernet().ipv4(0x7f00_0001, IP_B, new byte[0]).udp(1, 2).payload(1400),
            ethernet().ipv4().fragment4(7, 1480, true).udp(1, 2).payload(1400),
            ethernet()
                .ipv4()
                .message(IpProtocol.ICMPV4, 8, (s, at) -> Icmpv4.beginError(s, at, 3, 4, 1300))
                .payload(1400),
            ethernet()
                .ipv6()
                .message(IpProtocol.ICMPV6, 8, (s, at) -> Icmpv6.beginPacketTooBig(s, at, 1300))
                .payload(1400),
            ethernet().ipv6(IpAddress.parse("::"), IP6_B).udp(1, 2).payload(1400),
            ethernet().ipv6(IP6_A, IpAddress.parse("ff02::1")).udp(1, 2).payload(1400));
    for (FrameBuilder builder : unanswered) {
      assertThat(answer(builder, MTU_BYTES)).isEmpty();
    }
  }

  @Test
  void shouldAnswerLargePingsAndFragmentsOfThem() {
    assertThat(answer(ping4(), MTU_BYTES)).isNotEmpty();
    assertThat(answer(ethernet().ipv4().fragment4(1, 0, true).protocol(1).payload(1400), MTU_BYTES))
        .isNotEmpty();
    assertThat(
            answer(ethernet().ipv6().fragment6(1, 0, true).protocol(58).payload(1400), MTU_BYTES))
        .isNotEmpty();
  }

  private static FrameBuilder ping4() {
    return ethernet()
        .ipv4()
        .message(IpProtocol.ICMPV4, 8, (s, at) -> Icmpv4.beginEcho(s, at, 8, 1, 1))
        .payload(1400);
  }
}
