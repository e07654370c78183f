package net.viaduct.wire;

import static net.viaduct.wire.FrameBuilder.IP_A;
import static net.viaduct.wire.FrameBuilder.IP_B;
import static net.viaduct.wire.FrameBuilder.ethernet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.TcpHeader;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SegmenterTest {
  private static final int ACK = TcpHeader.ACK;
  private static final int ALL_FLAGS =
      ACK | TcpHeader.FIN | TcpHeader.PSH | TcpHeader.CWR | TcpHeader.ECE | TcpHeader.URG;
  private static final byte[] TIMESTAMPS = {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
  private static final byte[] RECORD_ROUTE = {7, 7, 4, 0, 0, 0, 0, 0};

  private final FlowKey key = new FlowKey();
  private final Segmenter segmenter = new Segmenter();

  /** Headers that a super-frame may have. */
  static List<Named<Supplier<FrameBuilder>>> headers() {
    return List.of(
        Named.of("TCP", () -> ethernet().ipv4().tcp(1, 2, ACK | TcpHeader.PSH)),
        Named.of("all flags", () -> ethernet().ipv4().tcp(1, 2, ALL_FLAGS)),
        Named.of("TCP options", () -> ethernet().ipv4().tcp(1, 2, ACK, TIMESTAMPS)),
        Named.of(
            "IPv4 options",
            () ->
                ethernet()
                    .ipv4(IP_A, IP_B, RECORD_ROUTE)
                    .tcp(1, 2, ALL_FLAGS)
                    .ip((s, at) -> Ipv4Header.identification(s, at, 0xfffe))),
        Named.of(
            "DF, ECN",
            () ->
                ethernet()
                    .ipv4()
                    .tcp(1, 2, ACK | TcpHeader.CWR)
                    .ip((s, at) -> Ipv4Header.fragment(s, at, true, false, 0))
                    .ip((s, at) -> Ipv4Header.trafficClass(s, at, 0x2b))),
        Named.of(
            "802.1Q", () -> ethernet().vlan(EtherType.VLAN, 0x6005).ipv4().tcp(1, 2, ALL_FLAGS)),
        Named.of(
            "QinQ",
            () ->
                ethernet()
                    .vlan(EtherType.SERVICE_VLAN, 5)
                    .vlan(EtherType.VLAN, 6)
                    .ipv6()
                    .udp(1, 2)),
        Named.of("TCP over IPv6", () -> ethernet().ipv6().tcp(1, 2, ALL_FLAGS, TIMESTAMPS)),
        Named.of(
            "extension headers",
            () ->
                ethernet()
                    .ipv6()
                    .options(IpProtocol.HOP_BY_HOP)
                    .options(IpProtocol.DESTINATION_OPTIONS)
                    .tcp(1, 2, ALL_FLAGS)
                    .ip((s, at) -> Ipv6Header.flowLabel(s, at, 0xabcde))),
        Named.of("UDP", () -> ethernet().ipv4().udp(1000, 2000)),
        Named.of("UDP over IPv6", () -> ethernet().ipv6().udp(1000, 2000)),
        Named.of("UDP without checksum", () -> ethernet().ipv4().udp(1, 2).withoutChecksum()));
  }

  static Stream<Named<SuperFrame>> superFrames() {
    int[][] sizes = {
      {1448, 62_000},
      {1448, 1449},
      {1448, 1448},
      {1448, 2896},
      {1, 7},
      {3, 100},
      {1447, 30_001},
      {65_000, 65_001},
      {536, 0},
      {100, 1}
    };
    return headers().stream()
        .flatMap(header ->
            Stream.of(sizes)
                .map(size ->
                    Named.of(
                        "%s, %d bytes by %d".formatted(header.getName(), size[1], size[0]),
                        new SuperFrame(header.getPayload(), size[1], size[0]))));
  }

  /** A super-frame to be built. */
  record SuperFrame(Supplier<FrameBuilder> header, int payloadBytes, int segmentBytes) {
    MemorySegment build() {
      return header.get().payload(payloadBytes).unfinished().build();
    }
  }

  @ParameterizedTest
  @MethodSource("superFrames")
  void shouldCutAsTheModelDoes(SuperFrame superFrame) {
    MemorySegment frame = superFrame.build();
    List<byte[]> expected =
        SegmenterModel.cut(frame.toArray(ValueLayout.JAVA_BYTE), superFrame.segmentBytes());
    List<byte[]> actual = CutFrames.cut(frame, superFrame.segmentBytes());
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).as("segment %d", i).isEqualTo(expected.get(i));
    }
  }

  @Test
  void shouldCutAsTheModelDoesForRandomFrames() {
    long seed = 20_261_121;
    Random random = new Random(seed);
    List<Named<Supplier<FrameBuilder>>> headers = headers();
    for (int round = 0; round < 500; round++) {
      Named<Supplier<FrameBuilder>> header = headers.get(random.nextInt(headers.size()));
      int payloadBytes = random.nextInt(1 << (1 + random.nextInt(15)));
      int segmentBytes = 1 + payloadBytes / 60 + random.nextInt(9000);
      MemorySegment frame = new SuperFrame(header.getPayload(), payloadBytes, segmentBytes).build();
      assertThat(CutFrames.cut(frame, segmentBytes))
          .as("%s, %d by %d, seed %d", header.getName(), payloadBytes, segmentBytes, seed)
          .containsExactlyElementsOf(
              SegmenterModel.cut(frame.toArray(ValueLayout.JAVA_BYTE), segmentBytes));
    }
  }

  @ParameterizedTest
  @MethodSource("superFrames")
  void shouldKeepTheFlowInEachSegment(SuperFrame superFrame) {
    MemorySegment frame = superFrame.build();
    key.parse(frame, 0, (int) frame.byteSize());
    FlowKey part = new FlowKey();
    for (byte[] segment : CutFrames.cut(frame, superFrame.segmentBytes())) {
      part.parse(MemorySegment.ofArray(segment), 0, segment.length);
      assertThat(part.isSameFlow(key)).isTrue();
      assertThat(part.hash()).isEqualTo(key.hash());
    }
  }

  @Test
  void shouldKeepTheLastDestinationOfARoutingHeaderInTheChecksum() {
    byte[] segmentsLeft = new byte[22];
    segmentsLeft[0] = 2;
    segmentsLeft[1] = 1;
    System.arraycopy(IpAddress.parse("fd00:99::99").toBytes(), 0, segmentsLeft, 6, 16);
    MemorySegment frame =
        ethernet()
            .ipv6()
            .extension(IpProtocol.ROUTING, segmentsLeft)
            .tcp(1, 2, ACK)
            .payload(3000)
            .unfinished()
            .build();
    key.parse(frame, 0, (int) frame.byteSize());
    int field = key.transportOffset() + TcpHeader.CHECKSUM_OFFSET;
    MemorySegment finalHeader =
        ethernet().ipv6(FrameBuilder.IP6_A, IpAddress.parse("fd00:99::99")).build();
    int tcpBytes = 3020;
    NetworkOrder.u16(frame, field, Checksum.pseudoIpv6(finalHeader, 14, IpProtocol.TCP, tcpBytes));

    for (byte[] segment : CutFrames.cut(frame, 1000)) {
      int transport = key.transportOffset();
      int pseudo = Checksum.pseudoIpv6(finalHeader, 14, IpProtocol.TCP, segment.length - transport);
      assertThat(NaiveChecksum.sum(segment, transport, segment.length, pseudo)).isEqualTo(0xffff);
    }
  }

  @Test
  void shouldRefuseWhatCannotBeCut() {
    assertRefused(ethernet().ipv4().message(1, 8, (s, at) -> {}).payload(3000), 1000);
    assertRefused(ethernet().arp(1, 1, 1, 1), 1000);
    assertRefused(ethernet().ipv4().fragment4(1, 0, true).tcp(1, 2, ACK).payload(3000), 1000);
    assertRefused(ethernet().ipv4().tcp(1, 2, ACK).payload(3000), 0);
    assertRefused(ethernet().ipv4().tcp(1, 2, ACK).payload(3000), -1);
    assertRefused(
        ethernet()
            .ipv4()
            .tcp(1, 2, ACK)
            .payload(3000)
            .transport((s, at) -> NetworkOrder.u8(s, at + 12, 0x40)),
        1000);
    assertRefused(ethernet().ipv4().tcp(1, 2, ACK).payload(65_600), 65_550);
  }

  private void assertRefused(FrameBuilder builder, int segmentBytes) {
    MemorySegment frame = builder.unfinished().build();
    key.parse(frame, 0, (int) frame.byteSize());
    assertThat(segmenter.begin(frame, 0, (int) frame.byteSize(), key, segmentBytes)).isFalse();
    assertThat(segmenter.segmentCount()).isZero();
    assertThatThrownBy(() -> segmenter.write(0, frame, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
