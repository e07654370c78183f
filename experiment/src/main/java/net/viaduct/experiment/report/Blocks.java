package net.viaduct.experiment.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import net.viaduct.experiment.samples.ProbeSample;

/**
 * Values of one run as if it had been several: probes that follow each other meet the same queue,
 * so a run is cut into equal pieces of time, each with a value of its own. Stateless.
 */
final class Blocks {
  /** How many pieces. */
  static final int COUNT = 10;

  private static final int LEAST_SAMPLES = 5;

  private Blocks() {}

  /** The value of each piece that has enough samples. */
  static List<Double> values(List<ProbeSample> samples, ToDoubleFunction<List<ProbeSample>> value) {
    if (samples.isEmpty()) {
      return List.of();
    }
    long first = samples.stream().mapToLong(ProbeSample::timeNs).min().orElse(0);
    long last = samples.stream().mapToLong(ProbeSample::timeNs).max().orElse(0);
    long length = Math.max(1, (last - first) / COUNT + 1);
    List<List<ProbeSample>> pieces = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      pieces.add(new ArrayList<>());
    }
    for (ProbeSample sample : samples) {
      pieces.get((int) ((sample.timeNs() - first) / length)).add(sample);
    }
    return pieces.stream()
        .filter(piece -> piece.size() >= LEAST_SAMPLES)
        .map(value::applyAsDouble)
        .toList();
  }
}
