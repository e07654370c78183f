package net.viaduct.vtep.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import net.viaduct.io.Frame;
import org.junit.jupiter.api.Test;

/** The way from a worker to the data-path thread. */
class HandoverTest {
  private int wakes;

  @Test
  void shouldKeepFramesOfTwoSourcesApart() {
    try (Arena arena = Arena.ofConfined()) {
      Handover handover = new Handover(arena, () -> wakes++);
      Frame frame = new Frame(arena.allocate(Frame.SLOT_BYTES, 8), 0);
      frame.lengthBytes(60);
      handover.add(1, frame);
      handover.add(1, frame);
      handover.add(2, frame); // nothing was published between
      handover.publish();
      assertThat(taken(handover)).isEqualTo("2 of 1");
      assertThat(taken(handover)).isEqualTo("1 of 2");
      assertThat(handover.hasNext()).isFalse();
      assertThat(handover.done()).isEqualTo(handover.last());
      assertThat(wakes).isOne();
    }
  }

  private static String taken(Handover handover) {
    Parcel parcel = handover.take();
    assertThat(parcel).isNotNull();
    String is = parcel.count() + " of " + parcel.token();
    handover.giveBack();
    return is;
  }
}
