package net.viaduct.experiment.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How the flows of a load did together in a run, or in the mean of several. Immutable. What is not
 * known is negative.
 *
 * @param flows how many
 * @param megabitsPerSecond of all flows
 * @param least megabits a second, of the slowest flow
 * @param most megabits a second, of the fastest flow
 * @param fairness of a run by Jain's index: 1 if all flows get the same, 1/n if one gets all
 * @param meanCongestionWindow of a flow, in segments
 * @param meanSmoothedRttMs of a flow, as TCP knew it
 * @param retransmits segments of all flows
 */
public record LoadSummary(
    int flows,
    double megabitsPerSecond,
    double least,
    double most,
    double fairness,
    double meanCongestionWindow,
    double meanSmoothedRttMs,
    double retransmits) {
  /** Of the flows of a run. */
  public static LoadSummary of(List<FlowSummary> flows) {
    double[] rates = flows.stream().mapToDouble(FlowSummary::megabitsPerSecond).toArray();
    double sum = 0;
    double squares = 0;
    double least = Double.MAX_VALUE;
    double most = 0;
    for (double rate : rates) {
      sum += rate;
      squares += rate * rate;
      least = Math.min(least, rate);
      most = Math.max(most, rate);
    }
    boolean isTcp = flows.stream().allMatch(flow -> flow.retransmits() >= 0);
    return new LoadSummary(
        rates.length,
        sum,
        rates.length == 0 ? 0 : least,
        most,
        squares == 0 ? -1 : sum * sum / (rates.length * squares),
        flows.stream().mapToDouble(FlowSummary::meanCongestionWindow).average().orElse(-1),
        flows.stream().mapToDouble(FlowSummary::meanSmoothedRttMs).average().orElse(-1),
        isTcp ? flows.stream().mapToLong(FlowSummary::retransmits).sum() : -1);
  }

  /** The mean of runs, at least one. */
  static LoadSummary meanOf(List<LoadSummary> runs) {
    return new LoadSummary(
        runs.stream().mapToInt(LoadSummary::flows).max().orElse(0),
        mean(runs, LoadSummary::megabitsPerSecond),
        mean(runs, LoadSummary::least),
        mean(runs, LoadSummary::most),
        mean(runs, LoadSummary::fairness),
        mean(runs, LoadSummary::meanCongestionWindow),
        mean(runs, LoadSummary::meanSmoothedRttMs),
        mean(runs, LoadSummary::retransmits));
  }

  private static double mean(List<LoadSummary> runs, ToDoubleFunction<LoadSummary> value) {
    return runs.stream().mapToDouble(value).average().orElse(-1);
  }
}
