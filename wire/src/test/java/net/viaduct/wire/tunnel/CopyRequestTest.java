package net.viaduct.wire.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.NetworkOrder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a host asks for that cannot join the group of its network. */
@Tag("P11")
class CopyRequestTest {
  private static final long SOURCE = 0x5669_6100_0001L;
  private final MemorySegment s = MemorySegment.ofArray(new byte[CopyRequest.FRAME_BYTES + 8]);

  @Test
  void shouldReadWhatWasWritten() {
    for (int seconds : new int[] {0, 1, 35, 256, CopyRequest.MOST_SECONDS}) {
      s.fill((byte) 0xff);
      CopyRequest.write(s, 4, SOURCE, seconds);
      assertThat(CopyRequest.isPresent(s, 4, CopyRequest.FRAME_BYTES)).isTrue();
      assertThat(CopyRequest.seconds(s, 4)).isEqualTo(seconds);
      assertThat(EthernetHeader.source(s, 4)).isEqualTo(SOURCE);
      assertThat(NetworkOrder.u8(s, 3)).isEqualTo(0xff);
      assertThat(NetworkOrder.u8(s, 4 + CopyRequest.FRAME_BYTES)).isEqualTo(0xff);
    }
  }

  @Test
  void shouldNotTakeAnythingElseForOne() {
    CopyRequest.write(s, 0, SOURCE, 35);
    assertThat(CopyRequest.isPresent(s, 0, CopyRequest.FRAME_BYTES - 1)).isFalse();
    assertThat(PathMessage.isPresent(s, 0, CopyRequest.FRAME_BYTES)).isFalse();
    for (int at : new int[] {0, 12, 14, 21, 22}) {
      NetworkOrder.u8(s, at, NetworkOrder.u8(s, at) ^ 1);
      assertThat(CopyRequest.isPresent(s, 0, CopyRequest.FRAME_BYTES)).as("byte %d", at).isFalse();
      NetworkOrder.u8(s, at, NetworkOrder.u8(s, at) ^ 1);
    }
    PathMessage.write(s, 0, SOURCE, PathMessage.PROBE, PathMessage.MIN_FRAME_BYTES, 7);
    assertThat(CopyRequest.isPresent(s, 0, CopyRequest.FRAME_BYTES)).isFalse();
  }
}
