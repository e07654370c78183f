package net.viaduct.io.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.HexFormat;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ports in memory, and waiting for them. */
class MemoryPortTest {
  private final MemoryPort port = new MemoryPort("p");
  private final ReceiveBatch slots =
      new ReceiveBatch(Arena.ofAuto().allocate(2L * Frame.SLOT_BYTES), 2);
  private final MemoryReadiness readiness = new MemoryReadiness();
  private final int[] tokens = new int[4];

  private SendResult send(MemoryFrame frame) {
    frame.copyTo(slots.frame(0));
    SendBatch batch = new SendBatch(1);
    batch.add(slots.frame(0));
    port.send(batch);
    return batch.result(0);
  }

  @Test
  void shouldGiveWhatTheMachineSendsWithItsOffload() {
    MemoryFrame frame =
        MemoryFrame.of(new byte[500])
            .withChecksumPartial(34, 16)
            .withSegmentation(Offload.TCP_IPV4, 100);
    for (int i = 0; i < 3; i++) {
      port.inject(frame);
    }
    assertThat(port.receive(slots)).isEqualTo(2);
    assertThat(MemoryFrame.copyOf(slots.frame(1))).isEqualTo(frame);
    assertThat(port.receive(slots)).isEqualTo(1);
    assertThat(port.receive(slots)).isZero();
  }

  @Test
  void shouldTakeWhatFits() {
    assertThat(send(MemoryFrame.of(new byte[1514]))).isEqualTo(SendResult.SENT);
    assertThat(send(MemoryFrame.of(new byte[1515]))).isEqualTo(SendResult.TOO_BIG);
    assertThat(port.takeAll()).hasSize(1);
    port.queueFrames(0);
    assertThat(send(MemoryFrame.of(new byte[60]))).isEqualTo(SendResult.FULL);
    assertThat(port.inject(new byte[60])).isFalse();
    assertThat(port.lostInKernel()).isEqualTo(1);
  }

  @Test
  void shouldGiveEachEntryItsTagAndLeaveTheFrameAlone() {
    byte[] untagged = HexFormat.of().parseHex("ffffffffffff020000000001" + "0800" + "c0ffee");
    byte[] tagged = HexFormat.of().parseHex("ffffffffffff020000000001" + "8100a000" + "0800c0ffee");
    MemoryFrame unfinished = MemoryFrame.of(untagged).withChecksumPartial(14, 0);
    unfinished.copyTo(slots.frame(0));
    MemoryFrame.of(tagged).withChecksumPartial(18, 0).copyTo(slots.frame(1));
    SendBatch batch = new SendBatch(8);
    batch.add(slots.frame(0), 0x8100_0014, false);
    batch.add(slots.frame(0));
    batch.add(slots.frame(1), 0x8100_a014, true);
    batch.add(slots.frame(1), SendBatch.NO_TAG, true);
    batch.add(slots.frame(1), 0x88a8_0064, false);
    port.send(batch);

    String addresses = "ffffffffffff020000000001";
    assertThat(port.takeAll())
        .containsExactly(
            frame(addresses + "810000140800c0ffee", 18),
            unfinished,
            frame(addresses + "8100a0140800c0ffee", 18),
            unfinished,
            frame(addresses + "88a800648100a0000800c0ffee", 22));
    assertThat(batch.lengthBytes(0)).isEqualTo(untagged.length + 4);
    assertThat(MemoryFrame.copyOf(slots.frame(0))).isEqualTo(unfinished);
  }

  private static MemoryFrame frame(String hex, int checksumStart) {
    return MemoryFrame.of(HexFormat.of().parseHex(hex)).withChecksumPartial(checksumStart, 0);
  }

  @Test
  void shouldTellReadySourcesInTurns() {
    MemoryPort[] ports = new MemoryPort[6];
    for (int i = 0; i < ports.length; i++) {
      ports[i] = new MemoryPort("p" + i);
      readiness.add(ports[i], i);
      ports[i].inject(new byte[60]);
    }
    assertThat(readiness.await(tokens, 0)).isEqualTo(4);
    assertThat(tokens).containsExactly(0, 1, 2, 3);
    assertThat(readiness.await(tokens, 0)).isEqualTo(4);
    assertThat(tokens).containsExactly(4, 5, 0, 1);
    readiness.remove(ports[2]);
    ports[3].receive(slots);
    assertThat(readiness.await(tokens, 0)).isEqualTo(4);
    assertThat(tokens).containsExactlyInAnyOrder(4, 5, 0, 1);
  }

  @Test
  @Timeout(30)
  void shouldEndWaitWhenItIsWoken() {
    readiness.wake();
    assertThat(readiness.await(tokens, Long.MAX_VALUE)).isZero();
  }

  @Test
  void shouldRefuseSourceTwiceAndWhatIsNotInMemory() {
    readiness.add(port, 1);
    assertThatThrownBy(() -> readiness.add(port, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> readiness.add(() -> new int[0], 3))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
