package net.viaduct.experiment.report;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.experiment.samples.PhaseMark;
import net.viaduct.experiment.samples.ProbeSample;
import net.viaduct.experiment.samples.RunResult;

/**
 * The part of a run in which nothing was changed: from one phase to the next. Immutable.
 *
 * @param name of the phase that it begins with; {@code start} for the first
 * @param fromNs after the beginning of the run
 * @param toNs after the beginning of the run; {@link Long#MAX_VALUE} for its end
 */
public record Span(String name, long fromNs, long toNs) {
  /** The name of the part before the first phase. */
  public static final String START = "start";

  /** The parts of a run, at least one. */
  public static List<Span> of(RunResult run) {
    List<Span> spans = new ArrayList<>();
    String name = START;
    long from = 0;
    for (PhaseMark phase : run.phases()) {
      spans.add(new Span(name, from, phase.timeNs()));
      name = phase.name();
      from = phase.timeNs();
    }
    spans.add(new Span(name, from, Long.MAX_VALUE));
    return spans;
  }

  /** The samples of probes that were sent in it. */
  public List<ProbeSample> of(List<ProbeSample> samples) {
    return samples.stream()
        .filter(sample -> sample.timeNs() >= fromNs && sample.timeNs() < toNs)
        .toList();
  }
}
