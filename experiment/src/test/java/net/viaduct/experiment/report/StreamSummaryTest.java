package net.viaduct.experiment.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.viaduct.experiment.samples.Outcome;
import net.viaduct.experiment.samples.ProbeSample;
import org.junit.jupiter.api.Test;

class StreamSummaryTest {
  private static ProbeSample sample(long sequence, double ms, Outcome outcome) {
    return new ProbeSample(
        "s", "udp", sequence, sequence * 1_000, Math.round(ms * 1e6), ProbeSample.UNKNOWN, outcome);
  }

  @Test
  void shouldAgreeWithSortedTimes() {
    Random random = new Random(5);
    double[] times = new double[10_000];
    List<ProbeSample> samples = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      times[i] = 1 + 200 * random.nextDouble() * random.nextDouble();
      samples.add(sample(i, times[i], Outcome.ANSWERED));
    }
    Arrays.sort(times);
    StreamSummary summary = StreamSummary.of(samples);
    assertThat(summary.medianMs()).isCloseTo(times[4_999], within(times[4_999] / 500));
    assertThat(summary.p90Ms()).isCloseTo(times[8_999], within(times[8_999] / 500));
    assertThat(summary.p99Ms()).isCloseTo(times[9_899], within(times[9_899] / 500));
    assertThat(summary.p999Ms()).isCloseTo(times[9_989], within(times[9_989] / 500));
    assertThat(summary.maximumMs()).isCloseTo(times[9_999], within(times[9_999] / 500));
    assertThat(summary.meanMs())
        .isCloseTo(Arrays.stream(times).average().orElseThrow(), within(0.1));
  }

  @Test
  void shouldCountWhatWentWrong() {
    StreamSummary summary =
        StreamSummary.of(
            List.of(
                sample(0, 1, Outcome.ANSWERED),
                sample(2, 1, Outcome.ANSWERED),
                sample(1, 3, Outcome.ANSWERED), // after 2
                sample(3, 0, Outcome.LOST),
                sample(2, 9, Outcome.DUPLICATE),
                sample(4, 2, Outcome.REFUSED)));
    assertThat(summary.sent()).isEqualTo(5);
    assertThat(summary.lost()).isEqualTo(1);
    assertThat(summary.lostPercent()).isEqualTo(20);
    assertThat(summary.duplicates()).isEqualTo(1);
    assertThat(summary.reordered()).isEqualTo(1);
    assertThat(summary.maximumMs()).as("duplicates have no time").isCloseTo(3, within(0.01));
  }

  @Test
  void shouldNotTakeTheNextRunForReordered() {
    List<ProbeSample> run = List.of(sample(0, 1, Outcome.ANSWERED), sample(1, 1, Outcome.ANSWERED));
    StreamSummary summary = StreamSummary.ofRuns(List.of(run, run));
    assertThat(summary.sent()).isEqualTo(4);
    assertThat(summary.reordered()).isZero();
  }

  @Test
  void shouldBeZeroWhenNothingWasAnswered() {
    StreamSummary summary = StreamSummary.of(List.of(sample(0, 0, Outcome.LOST)));
    assertThat(summary.lostPercent()).isEqualTo(100);
    assertThat(summary.medianMs() + summary.maximumMs() + summary.meanMs()).isZero();
  }
}
