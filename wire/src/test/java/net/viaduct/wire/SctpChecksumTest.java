package net.viaduct.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SctpChecksumTest {
  private static final int SCTP_OFFSET = 34;

  @ParameterizedTest(name = "built by scapy: {0}")
  @ValueSource(
      strings = {
        "020000000002020000000001080045000038000100004084663f0a0000010a000002"
            + "03e807d01234567841df928e000300180000000700010002000000007669616475637421",
        "02000000000202000000000108004500002400010000408466530a0000010a000002"
            + "03e807d012345678b74f9bc70b000004"
      })
  void shouldFinishAsScapyDoesWhateverIsInTheFieldAndBehindThePacket(String hex) {
    byte[] right = HexFormat.of().parseHex(hex + "ee");
    byte[] bytes = right.clone();
    MemorySegment frame = MemorySegment.ofArray(bytes);
    NetworkOrder.i32(frame, SCTP_OFFSET + SctpChecksum.CHECKSUM_OFFSET, 0x1234_5678);
    FlowKey key = new FlowKey();
    key.parse(frame, 0, bytes.length);
    assertThat(key.ipProtocol()).isEqualTo(IpProtocol.SCTP);
    assertThat(key.networkEnd()).isEqualTo(bytes.length - 1);
    assertThat(SctpChecksum.finish(frame, 0, key.networkEnd(), key.transportOffset())).isTrue();
    assertThat(bytes).isEqualTo(right);
  }

  @Test
  void shouldGiveTheCheckValueOfCrc32c() {
    MemorySegment digits = MemorySegment.ofArray("123456789".getBytes(StandardCharsets.US_ASCII));
    assertThat(SctpChecksum.crc32c(digits, 0, 9)).isEqualTo(0xe306_9283);
  }

  @Test
  void shouldGiveWhatTheJdkGivesForAllLengths() {
    byte[] bytes = new byte[300];
    new Random(132).nextBytes(bytes);
    MemorySegment s = MemorySegment.ofArray(bytes);
    CRC32C jdk = new CRC32C();
    for (int lengthBytes = 0; lengthBytes < bytes.length; lengthBytes++) {
      jdk.reset();
      jdk.update(bytes, 1, lengthBytes);
      assertThat(SctpChecksum.crc32c(s, 1, lengthBytes))
          .as("seed 132, %d bytes", lengthBytes)
          .isEqualTo((int) jdk.getValue());
    }
  }

  @Test
  void shouldRefuseFieldsOutsideThePacket() {
    MemorySegment frame = MemorySegment.ofArray(new byte[40]);
    assertThat(SctpChecksum.finish(frame, 0, 20, 9)).isFalse();
    assertThat(SctpChecksum.finish(frame, 0, 20, -1)).isFalse();
    assertThat(SctpChecksum.finish(frame, 0, 20, Integer.MAX_VALUE)).isFalse();
    assertThat(SctpChecksum.finish(frame, 0, -1, 0)).isFalse();
    assertThat(SctpChecksum.finish(frame, 0, 20, 8)).isTrue();
  }
}
