package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.io.SendResult;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.Test;

/** Checksums and super-frames that an underlay finishes before they leave. */
class FinishedByUnderlayTest extends TwoHostsByEachWay {
  @Test
  void shouldFinishChecksumsThatWereLeftUnfinished() {
    try (UdpUnderlay one = open(near, NEAR_4);
        UdpUnderlay other = open(far, FAR_4);
        Receiving receiving = Receiving.from(other)) {
      Frame frame = Frames.unfinished(IpProtocol.UDP, 333, 3);
      assertThat(Frames.hasRightChecksums(frame, 14)).isFalse();
      sendTunnelled(one, frame, FAR_4, 1);
      Frame received = receiving.next(f -> true);
      assertThat(received.lengthBytes()).isEqualTo(8 + 14 + 28 + 333);
      assertThat(Frames.hasRightChecksums(received, 8 + 14)).isTrue();
      assertThat(frame.offload().isChecksumPartial()).isFalse();
    }
  }

  @Test
  void shouldCutTcpSuperFrames() {
    shouldCut(IpProtocol.TCP, Offload.TCP_IPV4, 54, 63_000, 1398);
  }

  @Test
  void shouldCutUdpSuperFrames() {
    shouldCut(IpProtocol.UDP, Offload.UDP, 42, 5_000, 1200);
  }

  @Test
  void shouldCutSuperFramesOfMoreSegmentsThanOneCallSends() {
    shouldCut(IpProtocol.UDP, Offload.UDP, 42, 30_000, 100);
  }

  private void shouldCut(
      int protocol, int segmentation, int headerBytes, int payloadBytes, int segmentBytes) {
    try (UdpUnderlay one = open(near, NEAR_4);
        UdpUnderlay other = open(far, FAR_4);
        Receiving receiving = Receiving.from(other)) {
      Frame frame = Frames.unfinished(protocol, payloadBytes, 4);
      frame.offload().segmentation(segmentation, segmentBytes);
      int segments = (payloadBytes + segmentBytes - 1) / segmentBytes;
      byte[] before = Frames.bytes(frame);

      DatagramBatch sent = sendTunnelled(one, frame, FAR_4, 1);

      assertThat(sent.result(0)).isEqualTo(SendResult.SENT);
      assertThat(sent.datagrams(0)).isEqualTo(segments);
      assertThat(Frames.bytes(frame)).isEqualTo(before);
      byte[] payload = Frames.payload(payloadBytes, 4);
      for (int i = 0; i < segments; i++) {
        Frame received = receiving.next(f -> true);
        byte[] bytes = Frames.bytes(received);
        assertThat(Arrays.copyOf(bytes, 8)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(Frames.hasRightChecksums(received, 8 + 14)).as("segment %d", i).isTrue();
        int from = i * segmentBytes;
        int to = Math.min(payloadBytes, from + segmentBytes);
        assertThat(Arrays.equals(bytes, 8 + headerBytes, bytes.length, payload, from, to))
            .as("payload of segment %d", i)
            .isTrue();
      }
    }
  }

  @Test
  void shouldTellFailedAndRecordWhenASuperFrameCannotBeCut() {
    try (UdpUnderlay one = open(near, NEAR_4)) {
      Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 3000);
      frame.offload().segmentation(Offload.TCP_IPV4, 1000);
      assertThat(sendTunnelled(one, frame, FAR_4, 1).result(0)).isEqualTo(SendResult.FAILED);
      assertThat(errors.snapshot()).hasSize(1);
    }
  }

  @Test
  void shouldRefuseToCutWithinATunnelThatItDoesNotKnow() {
    try (UdpUnderlay one = open(near, NEAR_4)) {
      Frame frame = Frames.unfinished(IpProtocol.UDP, 3000, 4);
      // as of a tunnel on some port of the machine's own: the inner TCP is 50 bytes behind its UDP
      frame.offload().checksumPartial(14 + 20 + 50, 16);
      frame.offload().segmentation(Offload.TCP_IPV4, 1000);
      assertThat(sendTunnelled(one, frame, FAR_4, 1).result(0)).isEqualTo(SendResult.FAILED);
      frame.offload().segmentation(Offload.UDP, 1000);
      assertThat(sendTunnelled(one, frame, FAR_4, 1).result(0)).isEqualTo(SendResult.FAILED);
      assertThat(errors.snapshot()).hasSize(1);
      assertThat(errors.snapshot().toString()).contains("within a tunnel");
    }
  }

  @Test
  void shouldFinishSctpWithItsOwnChecksum() {
    byte[] right =
        HexFormat.of()
            .parseHex(
                "02000000000202000000000108004500002400010000408466530a0000010a000002"
                    + "03e807d012345678b74f9bc70b000004");
    byte[] bytes = right.clone();
    Arrays.fill(bytes, 42, 46, (byte) 0);
    try (UdpUnderlay one = open(near, NEAR_4);
        UdpUnderlay other = open(far, FAR_4);
        Receiving receiving = Receiving.from(other)) {
      Frame frame = Frames.of(bytes);
      frame.offload().checksumPartial(34, 8);
      sendTunnelled(one, frame, FAR_4, 1);
      assertThat(Frames.bytes(receiving.next(f -> true))).isEqualTo(withTunnelHeader(right));
    }
  }
}
