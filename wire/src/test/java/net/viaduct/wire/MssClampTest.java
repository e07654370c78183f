package net.viaduct.wire;

import static net.viaduct.wire.FrameBuilder.ethernet;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import net.viaduct.wire.ip.MssClamp;
import net.viaduct.wire.ip.TcpHeader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("P1")
class MssClampTest {
  private static final byte[] MSS_1460 = {2, 4, 0x05, (byte) 0xb4};
  private static final byte[] MSS_AT_ODD_OFFSET = {1, 2, 4, 0x05, (byte) 0xb4, 1, 1, 0};
  private static final int MTU_BYTES = 1350;

  private static boolean clamp(MemorySegment frame, int mtuBytes, boolean unfinished) {
    FlowKey key = new FlowKey();
    key.parse(frame, 0, (int) frame.byteSize());
    return MssClamp.clamp(frame, 0, key, mtuBytes, unfinished);
  }

  private static FrameBuilder syn(byte[] options) {
    return ethernet().ipv4().tcp(1000, 80, TcpHeader.SYN, options);
  }

  private static int mss(MemorySegment frame, int offset) {
    return NetworkOrder.u16(frame, offset);
  }

  @Test
  void shouldLowerTheOptionOfSynAndSynAckAndKeepTheChecksumRight() {
    for (int flags : new int[] {TcpHeader.SYN, TcpHeader.SYN | TcpHeader.ACK}) {
      MemorySegment ipv4 = ethernet().ipv4().tcp(1000, 80, flags, MSS_1460).build();
      assertThat(clamp(ipv4, MTU_BYTES, false)).isTrue();
      assertThat(mss(ipv4, 34 + 22)).isEqualTo(1310);
      assertThat(hasRightChecksum(ipv4)).isTrue();
      MemorySegment ipv6 = ethernet().ipv6().tcp(1000, 80, flags, MSS_1460).build();
      assertThat(clamp(ipv6, MTU_BYTES, false)).isTrue();
      assertThat(mss(ipv6, 54 + 22)).isEqualTo(1290);
      assertThat(hasRightChecksum(ipv6)).isTrue();
    }
  }

  @Test
  void shouldKeepTheChecksumRightWhenTheOptionIsAtAnOddOffset() {
    MemorySegment frame = syn(MSS_AT_ODD_OFFSET).payload(7).build();
    assertThat(clamp(frame, MTU_BYTES, false)).isTrue();
    assertThat(mss(frame, 34 + 23)).isEqualTo(1310);
    assertThat(hasRightChecksum(frame)).isTrue();
  }

  @Test
  void shouldLeaveAnUnfinishedChecksumAlone() {
    MemorySegment frame = syn(MSS_1460).unfinished().build();
    int before = TcpHeader.checksum(frame, 34);
    assertThat(clamp(frame, MTU_BYTES, true)).isTrue();
    assertThat(TcpHeader.checksum(frame, 34)).isEqualTo(before);
    assertThat(
            UnfinishedChecksum.finish(
                frame, 0, (int) frame.byteSize(), 34, TcpHeader.CHECKSUM_OFFSET))
        .isTrue();
    assertThat(hasRightChecksum(frame)).isTrue();
  }

  @Test
  void shouldLeaveAWrongChecksumWrong() {
    MemorySegment frame = syn(MSS_1460).build();
    TcpHeader.checksum(frame, 34, TcpHeader.checksum(frame, 34) ^ 0x100);
    assertThat(clamp(frame, MTU_BYTES, false)).isTrue();
    assertThat(hasRightChecksum(frame)).isFalse();
  }

  @Test
  void shouldLeaveEverythingElseAsItIs() {
    assertUntouched(ethernet().ipv4().tcp(1, 2, TcpHeader.ACK, MSS_1460), MTU_BYTES);
    assertUntouched(syn(new byte[] {2, 4, 0x02, 0x18}), MTU_BYTES);
    assertUntouched(syn(MSS_1460), 1500);
    assertUntouched(syn(new byte[] {0, 2, 4, 5, (byte) 0xb4, 0, 0, 0}), MTU_BYTES);
    assertUntouched(syn(new byte[] {8, 0, 2, 4, 5, (byte) 0xb4, 0, 0}), MTU_BYTES);
    assertUntouched(syn(new byte[] {8, 1, 2, 4, 5, (byte) 0xb4, 0, 0}), MTU_BYTES);
    assertUntouched(syn(new byte[] {1, 1, 2, 5, 5, (byte) 0xb4, 0, 0}), MTU_BYTES);
    assertUntouched(syn(new byte[] {1, 1, 1, 2}), MTU_BYTES);
    assertUntouched(syn(new byte[] {1, 1, 2, 4}), MTU_BYTES);
    assertUntouched(ethernet().ipv4().udp(1, 2).bytes(MSS_1460), MTU_BYTES);
    assertUntouched(ethernet().ipv4().fragment4(1, 0, true).protocol(6).payload(40), MTU_BYTES);
  }

  private static void assertUntouched(FrameBuilder builder, int mtuBytes) {
    MemorySegment frame = builder.build();
    byte[] before = frame.toArray(ValueLayout.JAVA_BYTE);
    assertThat(clamp(frame, mtuBytes, false)).isFalse();
    assertThat(frame.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(before);
  }

  @Test
  void shouldWalkAnyOptionsSafelyAndKeepTheChecksumRight() {
    long seed = Long.getLong("viaduct.fuzz.seed", 19);
    Random random = new Random(seed);
    int clamped = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] options = new byte[random.nextInt(11) * 4];
      for (int at = 0; at < options.length; at++) {
        options[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(5));
      }
      MemorySegment frame = i < 1 ? syn(options).build() : reusable(options, random.nextInt(9));
      clamped += clamp(frame, 40 + random.nextInt(1500), false) ? 1 : 0;
      assertThat(hasRightChecksum(frame)).as("seed %d, input %d", seed, i).isTrue();
    }
    assertThat(clamped).as("seed %d", seed).isGreaterThan(1000);
  }

  // a frame of its own size in a heap array, as builders hold much memory
  private static MemorySegment reusable(byte[] options, int payloadBytes) {
    byte[] frame = new byte[34 + 20 + options.length + payloadBytes];
    MemorySegment s = MemorySegment.ofArray(frame);
    MemorySegment.copy(HEADERS, 0, s, 0, 34);
    NetworkOrder.u16(s, 16, frame.length - 14);
    TcpHeader.begin(s, 34, 20 + options.length, TcpHeader.SYN);
    System.arraycopy(options, 0, frame, 54, options.length);
    TcpHeader.checksum(s, 34, Checksum.pseudoIpv4(s, 14, IpProtocol.TCP, frame.length - 34));
    UnfinishedChecksum.finish(s, 0, frame.length, 34, TcpHeader.CHECKSUM_OFFSET);
    return s;
  }

  private static final MemorySegment HEADERS = syn(new byte[0]).build();

  private static boolean hasRightChecksum(MemorySegment frame) {
    FlowKey key = new FlowKey();
    key.parse(frame, 0, (int) frame.byteSize());
    int tcp = key.transportOffset();
    int bytes = key.networkEnd() - tcp;
    long sum = Checksum.sum(frame, tcp, bytes);
    sum +=
        key.isIpv4()
            ? Checksum.pseudoIpv4(frame, 14, IpProtocol.TCP, bytes)
            : Checksum.pseudoIpv6(frame, 14, IpProtocol.TCP, bytes);
    return Checksum.fold(sum) == 0xffff;
  }
}
