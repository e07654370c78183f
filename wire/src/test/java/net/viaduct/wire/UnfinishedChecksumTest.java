package net.viaduct.wire;

import static net.viaduct.wire.FrameBuilder.ethernet;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Supplier;
import net.viaduct.wire.ip.UdpHeader;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnfinishedChecksumTest {
  private final FlowKey key = new FlowKey();

  static List<Named<Supplier<FrameBuilder>>> headers() {
    return SegmenterTest.headers().stream()
        .filter(header -> !header.getName().contains("without checksum"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("headers")
  void shouldDetectAndFinish(Supplier<FrameBuilder> header) {
    MemorySegment finished = header.get().payload(1001).build();
    MemorySegment frame = header.get().payload(1001).unfinished().build();
    int lengthBytes = (int) frame.byteSize();

    key.parse(finished, 0, lengthBytes);
    assertThat(UnfinishedChecksum.detect(finished, 0, lengthBytes, key)).isFalse();
    key.parse(frame, 0, lengthBytes);
    assertThat(UnfinishedChecksum.detect(frame, 0, lengthBytes, key)).isTrue();

    int offset = UnfinishedChecksum.checksumOffset(key.ipProtocol());
    assertThat(UnfinishedChecksum.finish(frame, 0, lengthBytes, key.transportOffset(), offset))
        .isTrue();
    assertThat(frame.toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(finished.toArray(ValueLayout.JAVA_BYTE));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void shouldMakeUnfinishedWhatWasFinished(Supplier<FrameBuilder> header) {
    MemorySegment frame = header.get().payload(60_000).build();
    key.parse(frame, 0, (int) frame.byteSize());
    assertThat(UnfinishedChecksum.write(frame, 0, key)).isTrue();
    assertThat(frame.toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(header.get().payload(60_000).unfinished().toBytes());
  }

  @Test
  void shouldFinishTheSameWhenAFinishedChecksumLooksUnfinished() {
    FrameBuilder builder = ethernet().ipv4().udp(1, 2).bytes((byte) 0, (byte) 0).payload(50);
    MemorySegment frame = builder.build();
    int lengthBytes = (int) frame.byteSize();
    key.parse(frame, 0, lengthBytes);
    int checksumAt = key.transportOffset() + UdpHeader.CHECKSUM_OFFSET;
    int wanted =
        Checksum.pseudoIpv4(frame, 14, IpProtocol.UDP, lengthBytes - key.transportOffset());
    int actual = NetworkOrder.u16(frame, checksumAt);
    // Two bytes of payload that turn the right checksum into the wanted one.
    NetworkOrder.u16(frame, key.transportOffset() + 8, Checksum.fold(actual + (~wanted & 0xffffL)));
    NetworkOrder.u16(frame, checksumAt, wanted);
    byte[] before = frame.toArray(ValueLayout.JAVA_BYTE);

    assertThat(UnfinishedChecksum.detect(frame, 0, lengthBytes, key)).isTrue();
    UnfinishedChecksum.finish(frame, 0, lengthBytes, key.transportOffset(), 6);
    assertThat(frame.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(before);
  }

  @Test
  void shouldNotDetectWhatHasNoChecksum() {
    assertNotDetected(ethernet().ipv4().udp(1, 2).withoutChecksum());
    assertNotDetected(ethernet().ipv4().message(1, 8, (s, at) -> {}));
    assertNotDetected(ethernet().ipv4().fragment4(1, 0, true).udp(1, 2));
    assertNotDetected(ethernet().arp(1, 1, 1, 1));
    assertNotDetected(ethernet().ipv4().protocol(IpProtocol.TCP).payload(17));
  }

  private void assertNotDetected(FrameBuilder builder) {
    MemorySegment frame = builder.build();
    key.parse(frame, 0, (int) frame.byteSize());
    assertThat(UnfinishedChecksum.detect(frame, 0, (int) frame.byteSize(), key)).isFalse();
  }

  @Test
  void shouldWriteNoZeroChecksum() {
    MemorySegment frame = MemorySegment.ofArray(new byte[20]);
    NetworkOrder.u16(frame, 18, 0xffff);
    assertThat(UnfinishedChecksum.finish(frame, 0, 20, 8, 6)).isTrue();
    assertThat(NetworkOrder.u16(frame, 14)).isEqualTo(0xffff);
  }

  @Test
  void shouldRefuseOffsetsOutsideTheFrame() {
    MemorySegment frame = MemorySegment.ofArray(new byte[40]);
    assertThat(UnfinishedChecksum.finish(frame, 0, 20, -1, 6)).isFalse();
    assertThat(UnfinishedChecksum.finish(frame, 0, 20, 0, -1)).isFalse();
    assertThat(UnfinishedChecksum.finish(frame, 0, 20, 13, 6)).isFalse();
    assertThat(UnfinishedChecksum.finish(frame, 0, 20, Integer.MAX_VALUE, 6)).isFalse();
    assertThat(UnfinishedChecksum.finish(frame, 0, 20, 12, 6)).isTrue();
  }
}
