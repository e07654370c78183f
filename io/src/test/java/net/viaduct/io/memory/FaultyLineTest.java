package net.viaduct.io.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.viaduct.runtime.ManualClock;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What goes wrong on a line, and that it goes wrong in the same way again. */
class FaultyLineTest {
  private static final int COUNT = 20_000;

  private final ManualClock clock = new ManualClock(Long.MAX_VALUE - 10_000);

  private static List<Integer> leaving(FaultyLine<Integer> line) {
    List<Integer> left = new ArrayList<>();
    for (Integer item = line.leave(); item != null; item = line.leave()) {
      left.add(item);
    }
    return left;
  }

  private List<Integer> run(Faults faults, long seed) {
    FaultyLine<Integer> line = new FaultyLine<>(faults, clock, seed);
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      line.enter(i);
      clock.advanceNs(1);
      left.addAll(leaving(line));
    }
    clock.advanceNs(1_000_000);
    left.addAll(leaving(line));
    assertThat((long) left.size()).isEqualTo(COUNT - line.lost() + line.duplicated());
    return left;
  }

  @Test
  void shouldPassEverythingInOrderWhenNothingGoesWrong() {
    assertThat(run(Faults.NONE, 1)).isEqualTo(IntStream.range(0, COUNT).boxed().toList());
  }

  @Test
  void shouldLoseAndDuplicateAsOftenAsIsSaid() {
    assertThat(run(Faults.NONE.withLoss(0.3), 1)).hasSizeBetween(13_000, 15_000);
    assertThat(run(Faults.NONE.withDuplication(0.3), 1)).hasSizeBetween(25_000, 27_000);
  }

  @Test
  void shouldBringSomeLaterThanOthers() {
    List<Integer> left = run(Faults.NONE.withReordering(0.1, 50), 1);
    long late = IntStream.range(1, COUNT).filter(i -> left.get(i) < left.get(i - 1)).count();
    assertThat(late).isCloseTo(COUNT / 10, Offset.offset((long) COUNT / 20));
    assertThat(left).doesNotHaveDuplicates().hasSize(COUNT);
  }

  @Test
  void shouldHoldEverythingForTheDelay() {
    FaultyLine<Integer> line = new FaultyLine<>(Faults.NONE.withDelay(100), clock, 1);
    line.enter(1);
    clock.advanceNs(99);
    assertThat(line.leave()).isNull();
    assertThat(line.underway()).isEqualTo(1);
    clock.advanceNs(1);
    assertThat(line.leave()).isEqualTo(1);
  }

  @Test
  void shouldDoTheSameAgainForTheSameSeed() {
    Faults faults = Faults.NONE.withLoss(0.2).withDuplication(0.2).withReordering(0.2, 9);
    assertThat(run(faults, 42)).isEqualTo(run(faults, 42)).isNotEqualTo(run(faults, 43));
  }

  @Test
  void shouldRefuseLikelihoodsThatAreNone() {
    assertThatThrownBy(() -> Faults.NONE.withLoss(1.1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Faults.NONE.withDuplication(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
