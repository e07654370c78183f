package net.viaduct.experiment.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.viaduct.experiment.report.Comparison.Verdict;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void shouldUseThePairsWhereThereAreSome() {
    // each repetition differs more from the next than A from B, but B is always 1 more
    List<Double> before = List.of(10.0, 20.0, 30.0, 40.0);
    List<Double> after = List.of(11.1, 20.9, 31.0, 41.0);
    assertThat(Comparison.ofPairs(before, after).verdict()).isEqualTo(Verdict.MORE);
    assertThat(Comparison.ofPairs(after, before).verdict()).isEqualTo(Verdict.LESS);
    assertThat(Comparison.ofGroups(before, after).verdict()).isEqualTo(Verdict.SAME);
  }

  @Test
  void shouldGiveTheIntervalOfStudentsT() {
    // differences 1, 2, 3: mean 2, standard deviation 1, t of two degrees of freedom 4.303
    Comparison pairs = Comparison.ofPairs(List.of(0.0, 0.0, 0.0), List.of(1.0, 2.0, 3.0));
    assertThat(pairs.lowest()).isCloseTo(2 - 4.303 / Math.sqrt(3), within(1e-9));
    assertThat(pairs.highest()).isCloseTo(2 + 4.303 / Math.sqrt(3), within(1e-9));
    assertThat(pairs.verdict()).isEqualTo(Verdict.SAME);
  }

  @Test
  void shouldSayNothingOfFewValues() {
    assertThat(Comparison.ofPairs(List.of(1.0, 1.0), List.of(9.0, 9.0)).verdict())
        .isEqualTo(Verdict.UNKNOWN);
    assertThat(Comparison.ofGroups(List.of(), List.of(9.0, 9.0)).verdict())
        .isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void shouldLeaveOutWhatCouldNotBeMeasured() {
    List<Double> before = List.of(5.0, 5.1, Double.NaN, 5.2, 4.9);
    List<Double> after = List.of(5.0, Double.NaN, 9.0, 5.1, 5.0);
    Comparison pairs = Comparison.ofPairs(before, after);
    assertThat(pairs.verdict()).isEqualTo(Verdict.SAME);
    assertThat(pairs.before()).isCloseTo((5.0 + 5.2 + 4.9) / 3, within(1e-9));
    assertThat(Comparison.ofGroups(before, after).after())
        .isCloseTo((5.0 + 9.0 + 5.1 + 5.0) / 4, within(1e-9));
    List<Double> none = List.of(Double.NaN, Double.NaN, Double.NaN);
    assertThat(Comparison.ofPairs(List.of(5.0, 5.1, 5.2), none).verdict())
        .isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void shouldNotBeBolderWithMoreValuesThanTheTableHas() {
    List<Double> some = new ArrayList<>();
    List<Double> zero = new ArrayList<>();
    for (int i = 0; i < 41; i++) {
      some.add(i % 2 == 0 ? 1.0 : -1.0);
      zero.add(0.0);
    }
    Comparison pairs = Comparison.ofPairs(zero, some);
    double mean = 1 / 41.0;
    double deviation = Math.sqrt((41 - 41 * mean * mean) / 40);
    double t = (pairs.highest() - mean) / (deviation / Math.sqrt(41));
    assertThat(t).as("of 40 degrees of freedom").isCloseTo(2.021, within(0.002));
  }

  @Test
  void shouldTakeEqualValuesForTheSame() {
    List<Double> zero = List.of(0.0, 0.0, 0.0);
    assertThat(Comparison.ofPairs(zero, zero).verdict()).isEqualTo(Verdict.SAME);
    assertThat(Comparison.ofGroups(zero, zero).verdict()).isEqualTo(Verdict.SAME);
  }

  @Test
  void shouldMistakeNoiseForADifferenceOnceInTwenty() {
    Random random = new Random(11);
    int mistakes = 0;
    int missed = 0;
    int trials = 4_000;
    for (int i = 0; i < trials; i++) {
      mistakes += isTold(random, 0) ? 1 : 0;
      missed += isTold(random, 4) ? 0 : 1;
    }
    assertThat(mistakes / (double) trials).isBetween(0.03, 0.07);
    assertThat(missed / (double) trials).as("a difference of four deviations").isLessThan(0.01);
  }

  private static boolean isTold(Random random, double difference) {
    List<Double> before = new ArrayList<>();
    List<Double> after = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      before.add(random.nextGaussian());
      after.add(random.nextGaussian() + difference);
    }
    return Comparison.ofGroups(before, after).verdict() != Verdict.SAME;
  }
}
