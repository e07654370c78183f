package net.viaduct.vtep.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CounterLayout;
import net.viaduct.runtime.Counters;
import org.junit.jupiter.api.Test;

/** Counters with a part for each worker. */
class LaneCountersTest {
  private static final CounterLayout LAYOUT =
      new CounterLayout("thing", List.of("one", "other", "third"));

  private final List<Long> released = new ArrayList<>();

  /** Remembers what was counted first in a block when it came back. */
  private final Counters lender =
      new Counters() {
        @Override
        public CounterBlock allocate(CounterLayout layout, String label) {
          return new CounterBlock(Arena.ofAuto().allocate(64, 64), layout, label);
        }

        @Override
        public void release(CounterBlock block) {
          released.add(block.get(0));
        }
      };

  @Test
  void shouldAddUpPartsThatKnowNothingOfEachOther() {
    CounterBlock block = new LaneCounters(lender, 3).allocate(LAYOUT, "a");
    block.add(0, 1);
    for (int thread = 1; thread <= 3; thread++) {
      for (int counter = 0; counter < 3; counter++) {
        block.part(thread).add(counter, 10L * thread + counter);
      }
    }
    assertThat(block.part(2).get(2)).isEqualTo(22);
    assertThat(block.get(0)).isOne();
    for (int again = 0; again < 2; again++) {
      block.collect();
      assertThat(List.of(block.get(0), block.get(1), block.get(2))).containsExactly(61L, 63L, 66L);
    }
  }

  @Test
  void shouldGiveBackABlockWithAllThatWasCounted() {
    LaneCounters counters = new LaneCounters(lender, 2);
    CounterBlock block = counters.allocate(LAYOUT, "a");
    block.part(2).add(0, 5);
    counters.release(block);
    assertThat(released).containsExactly(5L);
  }

  @Test
  void shouldGiveBackABlockWhosePartsFindNoMemory() {
    LaneCounters counters = new LaneCounters(lender, Integer.MAX_VALUE); // no array is so long
    assertThatThrownBy(() -> counters.allocate(LAYOUT, "a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no memory for counters of thing a by workers");
    assertThat(released).hasSize(1);
  }
}
