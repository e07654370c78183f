package net.viaduct.experiment.report;

import java.util.List;
import net.viaduct.experiment.plan.ProbeKind;
import net.viaduct.experiment.samples.Outcome;
import net.viaduct.experiment.samples.ProbeSample;
import org.HdrHistogram.Histogram;

/**
 * What became of the probes of a stream. Immutable. Times are in milliseconds, exact to three
 * significant digits (HdrHistogram); all are 0 if nothing was answered.
 *
 * @param sent probes that were answered or lost
 * @param lost probes without an answer in time
 * @param duplicates answers that came again
 * @param reordered answers that came after one to a later probe; not of connections, which have no
 *     order
 */
public record StreamSummary(
    long sent,
    long lost,
    long duplicates,
    long reordered,
    double minimumMs,
    double medianMs,
    double meanMs,
    double p90Ms,
    double p99Ms,
    double p999Ms,
    double maximumMs) {
  private static final long LARGEST_US = 3_600_000_000L;
  private static final int DIGITS = 3;
  private static final double NS_PER_US = 1e3;
  private static final double US_PER_MS = 1e3;

  /** Of one run's samples, in the order in which they became known. */
  public static StreamSummary of(List<ProbeSample> run) {
    return ofRuns(List.of(run));
  }

  /** Of several runs' samples, each in the order in which they became known. */
  public static StreamSummary ofRuns(List<List<ProbeSample>> runs) {
    Histogram histogram = new Histogram(1, LARGEST_US, DIGITS);
    long lost = 0;
    long duplicates = 0;
    long reordered = 0;
    for (List<ProbeSample> run : runs) {
      long latest = -1;
      for (ProbeSample sample : run) {
        if (sample.outcome() == Outcome.LOST) {
          lost++;
        } else if (sample.outcome() == Outcome.DUPLICATE) {
          duplicates++;
        } else {
          long us = Math.round(sample.roundTripNs() / NS_PER_US);
          histogram.recordValue(Math.clamp(us, 1, LARGEST_US));
          boolean inOrder = !sample.kind().equals(ProbeKind.TCP_CONNECT.word());
          reordered += inOrder && sample.sequence() < latest ? 1 : 0;
          latest = Math.max(latest, sample.sequence());
        }
      }
    }
    long answered = histogram.getTotalCount();
    return new StreamSummary(
        answered + lost,
        lost,
        duplicates,
        reordered,
        answered == 0 ? 0 : histogram.getMinValue() / US_PER_MS,
        at(histogram, 50),
        answered == 0 ? 0 : histogram.getMean() / US_PER_MS,
        at(histogram, 90),
        at(histogram, 99),
        at(histogram, 99.9),
        answered == 0 ? 0 : histogram.getMaxValue() / US_PER_MS);
  }

  private static double at(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0
        ? 0
        : histogram.getValueAtPercentile(percentile) / US_PER_MS;
  }

  /** How many probes were answered. */
  public long answered() {
    return sent - lost;
  }

  /** Lost probes of a hundred. */
  public double lostPercent() {
    return sent == 0 ? 0 : 100.0 * lost / sent;
  }
}
