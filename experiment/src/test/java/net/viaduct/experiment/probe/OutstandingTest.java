package net.viaduct.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.experiment.Plans;
import net.viaduct.experiment.plan.ProbeKind;
import net.viaduct.experiment.samples.LoadSample;
import net.viaduct.experiment.samples.Outcome;
import net.viaduct.experiment.samples.PhaseMark;
import net.viaduct.experiment.samples.ProbeSample;
import net.viaduct.experiment.samples.SampleSink;
import org.junit.jupiter.api.Test;

class OutstandingTest {
  private static final long MS = Plans.MS;

  private final List<ProbeSample> told = new ArrayList<>();
  private final Outstanding outstanding =
      new Outstanding(
          Plans.stream("", ProbeKind.UDP, 1),
          new SampleSink() {
            @Override
            public void probe(ProbeSample sample) {
              told.add(sample);
            }

            @Override
            public void load(LoadSample sample) {}

            @Override
            public void phase(PhaseMark mark) {}
          });

  private String outcomes() {
    StringBuilder text = new StringBuilder();
    told.forEach(s -> text.append(s.sequence()).append(s.outcome().word().charAt(0)).append(' '));
    return text.toString().strip();
  }

  @Test
  void shouldTellEachProbeOnce() {
    for (int i = 0; i < 4; i++) {
      assertThat(outstanding.sending(i * 10 * MS)).isEqualTo(i);
    }
    outstanding.answered(1, 30 * MS, Outcome.ANSWERED);
    outstanding.answered(0, 31 * MS, Outcome.ANSWERED);
    outstanding.answered(1, 32 * MS, Outcome.ANSWERED); // again
    outstanding.answered(9, 32 * MS, Outcome.ANSWERED); // never sent
    outstanding.expire(519 * MS);
    assertThat(outcomes()).isEqualTo("1a 0a 1d");
    outstanding.expire(520 * MS); // the third was sent at 20 ms, and 500 are its time
    assertThat(outcomes()).isEqualTo("1a 0a 1d 2l");
    outstanding.answered(2, 521 * MS, Outcome.ANSWERED); // too late
    outstanding.answered(3, 521 * MS, Outcome.ANSWERED);
    assertThat(outcomes()).isEqualTo("1a 0a 1d 2l 3a");
    assertThat(outstanding.isEmpty()).isTrue();
    assertThat(told.getFirst().roundTripNs()).isEqualTo(20 * MS);
    assertThat(told.getFirst().timeNs()).isEqualTo(10 * MS);
  }

  @Test
  void shouldTellTheWayForward() {
    outstanding.sending(10 * MS);
    outstanding.answeredAfter(0, 40 * MS, 25 * MS);
    assertThat(told.getFirst().forwardNs()).isEqualTo(15 * MS);
  }
}
