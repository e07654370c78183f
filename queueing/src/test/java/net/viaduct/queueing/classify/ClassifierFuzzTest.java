package net.viaduct.queueing.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import net.viaduct.queueing.Packet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No bytes make the classifier throw, or look at what is not the packet's. More with {@code
 * -Dviaduct.fuzz.inputs=N}, others with {@code -Dviaduct.fuzz.seed=N}.
 */
@Tag("R13")
@Tag("R30")
class ClassifierFuzzTest {
  private static final long INPUTS = Long.getLong("viaduct.fuzz.inputs", 1_000_000);
  private static final long SEED = Long.getLong("viaduct.fuzz.seed", 6);
  private static final int ROOM_BYTES = 2_048;

  private final MemorySegment alone = Arena.ofAuto().allocate(ROOM_BYTES);
  private final MemorySegment among = Arena.ofAuto().allocate(3 * ROOM_BYTES);
  private final PacketFields fields = new PacketFields(PacketFields.MOST_TUNNELS);
  private final FlowHash hash = new FlowHash(EnumSet.allOf(FlowField.class), 1);
  private final Packet packet = new Packet(0);

  @Test
  @DisplayName("R30: the flow is told by the packet's bytes alone, whatever they are")
  void shouldNeitherThrowNorLookElsewhere() {
    List<byte[]> samples = PacketFieldsTest.tunnels().map(PacketFieldsTest.Tunnel::frame).toList();
    SplittableRandom random = new SplittableRandom(SEED);
    long deep = 0;
    for (long i = 0; i < INPUTS; i++) {
      byte[] bytes = mutated(samples.get(random.nextInt(samples.size())), random);
      try {
        long atTheEnd = hashAt(alone, ROOM_BYTES - bytes.length, bytes);
        among.fill((byte) random.nextInt());
        assertThat(hashAt(among, ROOM_BYTES + (i & 7), bytes)).isEqualTo(atTheEnd);
        deep += fields.tunnels();
      } catch (RuntimeException | AssertionError e) {
        String hex = HexFormat.of().formatHex(bytes);
        throw new AssertionError("input %d, seed %d: %s".formatted(i, SEED, hex), e);
      }
    }
    assertThat(deep).as("tunnels that were still looked through").isGreaterThan(INPUTS / 10);
  }

  private long hashAt(MemorySegment memory, long at, byte[] bytes) {
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at, bytes.length);
    packet.frame(memory, at, bytes.length);
    fields.read(packet);
    return hash.of(fields);
  }

  private static byte[] mutated(byte[] sample, SplittableRandom random) {
    byte[] bytes = sample.clone();
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    int length = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
    byte[] cut = new byte[length];
    System.arraycopy(bytes, 0, cut, 0, length);
    return cut;
  }
}
