package net.viaduct.wire;

import static net.viaduct.wire.FrameBuilder.ethernet;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.viaduct.wire.PutTogether.Unit;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is put together is cut into the same again: the receiver cannot tell. */
class CoalescerTest {
  private static final int ACK = TcpHeader.ACK;
  private static final byte[] TIMESTAMPS = {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};

  /** Headers of which segments are put together. */
  static List<Named<Supplier<FrameBuilder>>> usual() {
    return List.of(
        Named.of("TCP", () -> ethernet().ipv4().tcp(1, 2, ACK)),
        Named.of("PSH", () -> ethernet().ipv4().tcp(1, 2, ACK | TcpHeader.PSH)),
        Named.of("FIN", () -> ethernet().ipv4().tcp(1, 2, ACK | TcpHeader.FIN)),
        Named.of("CWR", () -> ethernet().ipv4().tcp(1, 2, ACK | TcpHeader.CWR | TcpHeader.ECE)),
        Named.of("TCP options", () -> ethernet().ipv4().tcp(1, 2, ACK, TIMESTAMPS)),
        Named.of(
            "wrapping identification",
            () ->
                ethernet()
                    .ipv4()
                    .tcp(1, 2, ACK)
                    .ip((s, at) -> Ipv4Header.identification(s, at, 0xfffe))),
        Named.of(
            "DF, ECN",
            () ->
                ethernet()
                    .ipv4()
                    .tcp(1, 2, ACK)
                    .ip((s, at) -> Ipv4Header.fragment(s, at, true, false, 0))
                    .ip((s, at) -> Ipv4Header.trafficClass(s, at, 0x2b))),
        Named.of("802.1Q", () -> ethernet().vlan(EtherType.VLAN, 0x6005).ipv4().tcp(1, 2, ACK)),
        Named.of(
            "QinQ",
            () ->
                ethernet()
                    .vlan(EtherType.SERVICE_VLAN, 5)
                    .vlan(EtherType.VLAN, 6)
                    .ipv6()
                    .udp(1, 2)),
        Named.of("TCP over IPv6", () -> ethernet().ipv6().tcp(1, 2, ACK, TIMESTAMPS)),
        Named.of("UDP", () -> ethernet().ipv4().udp(1000, 2000)),
        Named.of("UDP over IPv6", () -> ethernet().ipv6().udp(1000, 2000)));
  }

  /** Headers that stay alone. */
  static List<Named<Supplier<FrameBuilder>>> unusual() {
    return List.of(
        Named.of("urgent", () -> ethernet().ipv4().tcp(1, 2, ACK | TcpHeader.URG)),
        Named.of("SYN", () -> ethernet().ipv4().tcp(1, 2, TcpHeader.SYN)),
        Named.of("DHCP to a client", () -> ethernet().ipv4().udp(67, 68)),
        Named.of("DHCP to a server", () -> ethernet().ipv4().udp(68, 67)),
        Named.of("UDP without checksum", () -> ethernet().ipv4().udp(1, 2).withoutChecksum()),
        Named.of(
            "extension header",
            () -> ethernet().ipv6().options(IpProtocol.HOP_BY_HOP).tcp(1, 2, ACK)));
  }

  private static List<byte[]> cut(Supplier<FrameBuilder> header, int payload, int segmentBytes) {
    MemorySegment frame = header.get().payload(payload).unfinished().build();
    return SegmenterModel.cut(frame.toArray(ValueLayout.JAVA_BYTE), segmentBytes);
  }

  private static List<byte[]> cutAgain(List<Unit> units) {
    List<byte[]> frames = new ArrayList<>();
    for (Unit unit : units) {
      if (unit.segments() == 1) {
        frames.add(unit.bytes());
      } else {
        frames.addAll(SegmenterModel.cut(unit.bytes(), unit.segmentBytes()));
      }
    }
    return frames;
  }

  @ParameterizedTest
  @MethodSource("usual")
  @DisplayName("segments of a super-frame become the same super-frame")
  void shouldPutTogetherWhatWasCut(Supplier<FrameBuilder> header) {
    for (int payload : new int[] {2896, 2897, 30_000, 62_000}) {
      byte[] whole =
          header.get().payload(payload).unfinished().build().toArray(ValueLayout.JAVA_BYTE);
      List<Unit> units = PutTogether.units(cut(header, payload, 1448));
      assertThat(units).as("%d bytes", payload).hasSize(1);
      assertThat(Arrays.mismatch(units.getFirst().bytes(), whole)).isEqualTo(-1);
      assertThat(units.getFirst().segmentBytes()).isEqualTo(1448);
    }
  }

  @ParameterizedTest
  @MethodSource("usual")
  @DisplayName("segments whose checksums are left to a device are put together as well")
  void shouldPutTogetherWhatIsUnfinished(Supplier<FrameBuilder> header) {
    byte[] whole = header.get().payload(30_000).unfinished().build().toArray(ValueLayout.JAVA_BYTE);
    List<byte[]> frames =
        cut(header, 30_000, 1448).stream().map(CoalescerTest::withUnfinishedChecksum).toList();
    List<Unit> units = PutTogether.units(frames);
    assertThat(units).hasSize(1);
    assertThat(Arrays.mismatch(units.getFirst().bytes(), whole)).isEqualTo(-1);
  }

  private static byte[] withUnfinishedChecksum(byte[] frame) {
    MemorySegment s = Arena.ofAuto().allocate(frame.length);
    s.copyFrom(MemorySegment.ofArray(frame));
    FlowKey key = new FlowKey();
    key.parse(s, 0, frame.length);
    assertThat(UnfinishedChecksum.write(s, 0, key)).isTrue();
    return s.toArray(ValueLayout.JAVA_BYTE);
  }

  @ParameterizedTest
  @MethodSource("unusual")
  void shouldLeaveAloneWhatIsUnusual(Supplier<FrameBuilder> header) {
    List<byte[]> frames = cut(header, 10_000, 1000);
    List<Unit> units = PutTogether.units(frames);
    assertThat(units).hasSameSizeAs(frames);
    assertThat(cutAgain(units)).containsExactlyElementsOf(frames);
  }

  @Test
  void shouldTakeDatagramsOfOneFlowWithoutIdentificationTogether() {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int marker = i;
      frames.add(
          ethernet()
              .ipv4()
              .udp(1, 2)
              .ip((s, at) -> Ipv4Header.fragment(s, at, true, false, 0))
              .ip((s, at) -> Ipv4Header.identification(s, at, 0))
              .payload(64)
              .transport((s, at) -> NetworkOrder.i32(s, at + UdpHeader.SIZE_BYTES, marker))
              .toBytes());
    }
    List<Unit> units = PutTogether.units(frames);
    assertThat(units.stream().map(Unit::segments)).containsExactly(64, 64, 64, 8);
  }

  @Test
  @DisplayName("100,000 damaged segments: what is put together is cut into the same again")
  void shouldBeCutIntoTheSameWhateverTheSegmentsAre() {
    long seed = 20_261_126;
    Random random = new Random(seed);
    List<Named<Supplier<FrameBuilder>>> headers = new ArrayList<>(usual());
    headers.addAll(unusual());
    int together = 0;
    int alone = 0;
    for (int round = 0; round < 10_000; round++) {
      Named<Supplier<FrameBuilder>> header = headers.get(random.nextInt(headers.size()));
      int segmentBytes = 1 + random.nextInt(1448);
      List<byte[]> frames =
          cut(
              header.getPayload(),
              segmentBytes * 9 + 1 + random.nextInt(segmentBytes),
              segmentBytes);
      damage(frames, random);
      List<Unit> units = PutTogether.units(frames);
      together += frames.size() - units.size();
      alone += units.size();
      List<byte[]> again = cutAgain(units);
      assertThat(again)
          .as("%s, seed %d, round %d", header.getName(), seed, round)
          .hasSameSizeAs(frames);
      for (int i = 0; i < frames.size(); i++) {
        assertThat(Arrays.mismatch(again.get(i), frames.get(i)))
            .as("%s, frame %d, seed %d, round %d", header.getName(), i, seed, round)
            .isEqualTo(-1);
      }
    }
    assertThat(together).isGreaterThan(20_000);
    assertThat(alone).isGreaterThan(20_000);
  }

  /** Bits change, frames are lost, doubled, swapped, made longer or shorter; some stay whole. */
  private static void damage(List<byte[]> frames, Random random) {
    int damages = random.nextInt(4);
    for (int i = 0; i < damages && frames.size() > 2; i++) {
      int at = random.nextInt(frames.size());
      byte[] frame = frames.get(at).clone();
      switch (random.nextInt(7)) {
        case 0 -> frames.remove(at);
        case 1 -> frames.add(at, frame);
        case 2 -> frames.add(random.nextInt(frames.size()), frames.remove(at));
        case 3 -> frames.set(at, Arrays.copyOf(frame, frame.length + random.nextInt(8)));
        case 4 -> frames.set(at, Arrays.copyOf(frame, Math.max(14, frame.length - 3)));
        case 5 -> frames.set(at, flip(frame, random, frame.length));
        default -> frames.set(at, withRightChecksums(flip(frame, random, 74)));
      }
    }
  }

  private static byte[] flip(byte[] frame, Random random, int within) {
    int at = random.nextInt(Math.min(within, frame.length));
    frame[at] ^= (byte) (1 << random.nextInt(8));
    return frame;
  }

  /** As a sender would send it, whose header really is so. */
  static byte[] withRightChecksums(byte[] frame) {
    MemorySegment s = Arena.ofAuto().allocate(frame.length);
    s.copyFrom(MemorySegment.ofArray(frame));
    FlowKey key = new FlowKey();
    key.parse(s, 0, frame.length);
    if (key.transportOffset() < 0) {
      return frame;
    }
    if (key.isIpv4()) {
      Ipv4Header.writeChecksum(s, key.networkOffset());
    }
    int offset = UnfinishedChecksum.checksumOffset(key.ipProtocol());
    if (UnfinishedChecksum.write(s, 0, key)) {
      UnfinishedChecksum.finish(s, 0, key.networkEnd(), key.transportOffset(), offset);
    }
    return s.toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void shouldNotExceedWhatAPacketHolds() {
    List<byte[]> frames = new ArrayList<>();
    int sequence = 0;
    for (int i = 0; i < 60; i++) {
      int now = sequence;
      frames.add(
          ethernet()
              .ipv6()
              .tcp(1, 2, ACK)
              .transport((s, at) -> TcpHeader.sequence(s, at, now))
              .payload(1400)
              .toBytes());
      sequence += 1400;
    }
    List<Unit> units = PutTogether.units(frames);
    assertThat(units).hasSize(2);
    for (Unit unit : units) {
      MemorySegment s = MemorySegment.ofArray(unit.bytes());
      assertThat(Ipv6Header.payloadLengthBytes(s, 14)).isEqualTo(unit.bytes().length - 54);
    }
  }
}
