package net.viaduct.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.nested.NestedSegmenter;
import net.viaduct.wire.nested.TunnelLayers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is inside is cut as always, and each piece gets the tunnel's headers for its own size. */
class NestedSegmenterTest {
  private static final int SEGMENT_BYTES = 1001;
  private static final int PAYLOAD_BYTES = 5_555;
  private static final int VXLAN_PORT = 4789;
  private static final int OUTER_BYTES_IPV4 = 14 + 20 + 8 + 8;
  private static final int OUTER_BYTES_IPV6 = 14 + 40 + 8 + 8;

  private static byte[] inner() {
    return FrameBuilder.ethernet()
        .ipv4()
        .tcp(1000, 2000, 0x18)
        .payload(PAYLOAD_BYTES)
        .unfinished()
        .toBytes();
  }

  private static byte[] wrapped(boolean ipv6, boolean checksum, byte[] inner) {
    FrameBuilder builder = FrameBuilder.ethernet();
    builder = (ipv6 ? builder.ipv6() : builder.ipv4()).udp(50_000, VXLAN_PORT).vxlan(7, inner);
    return (checksum ? builder : builder.withoutChecksum()).toBytes();
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  @DisplayName("every piece is the tunnel's frame around a piece of what is inside")
  void shouldWrapEachSegment(boolean ipv6, boolean checksum) {
    byte[] inner = inner();
    MemorySegment frame = MemorySegment.ofArray(wrapped(ipv6, checksum, inner));
    int outerBytes = ipv6 ? OUTER_BYTES_IPV6 : OUTER_BYTES_IPV4;
    NestedSegmenter segmenter = new NestedSegmenter();
    int transport = outerBytes + 14 + 20;
    assertThat(segmenter.begin(frame, 0, (int) frame.byteSize(), transport, SEGMENT_BYTES))
        .isTrue();

    List<byte[]> pieces = CutFrames.cut(MemorySegment.ofArray(inner), SEGMENT_BYTES);
    assertThat(segmenter.segmentCount()).isEqualTo(pieces.size());
    for (int i = 0; i < pieces.size(); i++) {
      byte[] cut = new byte[segmenter.headerBytes() + segmenter.payloadBytes(i)];
      segmenter.write(i, MemorySegment.ofArray(cut), 0);
      byte[] expected = wrapped(ipv6, checksum, pieces.get(i));
      if (!ipv6) {
        numberLikeTheKernel(expected, i);
      }
      assertThat(cut).as("segment %d", i).isEqualTo(expected);
    }
  }

  /** The builder gives the same identification to each; the kernel counts up. */
  private static void numberLikeTheKernel(byte[] frame, int index) {
    MemorySegment s = MemorySegment.ofArray(frame);
    Ipv4Header.identification(s, 14, Ipv4Header.identification(s, 14) + index);
    Ipv4Header.writeChecksum(s, 14);
  }

  @Test
  void shouldRefuseWhenTheTunnelIsNotKnown() {
    byte[] unknown = wrapped(false, true, inner());
    NetworkOrder.u16(MemorySegment.ofArray(unknown), 14 + 20 + 2, 9999);
    MemorySegment frame = MemorySegment.ofArray(unknown);
    NestedSegmenter segmenter = new NestedSegmenter();
    int transport = OUTER_BYTES_IPV4 + 14 + 20;
    assertThat(segmenter.begin(frame, 0, unknown.length, transport, SEGMENT_BYTES)).isFalse();
    assertThat(segmenter.segmentCount()).isZero();
  }

  @Test
  void shouldNotGuessWhenNobodySaysWhichOfTwoDatagramsIsToBeCut() {
    MemorySegment frame = MemorySegment.ofArray(wrapped(false, true, inner()));
    TunnelLayers layers = new TunnelLayers();
    assertThat(layers.walk(frame, 0, (int) frame.byteSize(), TunnelLayers.NOT_TOLD)).isFalse();
  }

  @Test
  void shouldNeverReadOutsideWhateverTheBytesAre() {
    Random random = new Random(5);
    TunnelLayers layers = new TunnelLayers();
    NestedSegmenter segmenter = new NestedSegmenter();
    byte[] whole = wrapped(false, true, wrapped(true, true, inner()));
    byte[] out = new byte[66_000];
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = Arrays.copyOf(whole, 1 + random.nextInt(260));
      for (int change = random.nextInt(4); change > 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      MemorySegment exact = MemorySegment.ofArray(bytes);
      int transport = random.nextInt(200) - 1;
      if (layers.walk(exact, 0, bytes.length, transport) && transport >= 0) {
        assertThat(layers.innerOffset() + layers.innermost().transportOffset())
            .isEqualTo(transport);
      }
      if (segmenter.begin(exact, 0, bytes.length, transport, 1 + random.nextInt(100))) {
        for (int segment = 0; segment < segmenter.segmentCount(); segment++) {
          segmenter.write(segment, MemorySegment.ofArray(out), 0);
        }
      }
    }
  }
}
