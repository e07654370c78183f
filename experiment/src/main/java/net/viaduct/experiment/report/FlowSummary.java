package net.viaduct.experiment.report;

import java.util.List;
import net.viaduct.experiment.samples.LoadSample;

/**
 * How a flow of a load did in a run. Immutable. What is not known is negative.
 *
 * @param megabitsPerSecond that arrived, or were sent if it is not known what arrived
 * @param meanCongestionWindow in segments
 * @param meanSmoothedRttMs as TCP knew it
 * @param retransmits segments
 */
public record FlowSummary(
    double megabitsPerSecond,
    double meanCongestionWindow,
    double meanSmoothedRttMs,
    long retransmits) {
  private static final double NS_PER_SECOND = 1e9;
  private static final double BITS_PER_MEGABYTE = 8e-6;

  /** Of the samples of a flow in the order of their times. */
  public static FlowSummary of(List<LoadSample> all) {
    if (all.size() < 2) {
      return new FlowSummary(0, -1, -1, -1);
    }
    List<LoadSample> samples = all.getFirst().congestionWindow() >= 0 ? all : told(all);
    LoadSample first = samples.getFirst();
    LoadSample last = samples.getLast();
    double seconds = (last.timeNs() - first.timeNs()) / NS_PER_SECOND;
    long bytes =
        last.arrivedBytes() >= 0
            ? last.arrivedBytes() - Math.max(0, first.arrivedBytes())
            : last.sentBytes() - first.sentBytes();
    boolean tcp = last.congestionWindow() >= 0;
    return new FlowSummary(
        seconds <= 0 ? 0 : bytes * BITS_PER_MEGABYTE / seconds,
        tcp ? samples.stream().mapToLong(LoadSample::congestionWindow).average().orElse(0) : -1,
        tcp ? samples.stream().mapToDouble(LoadSample::smoothedRttMs).average().orElse(0) : -1,
        last.retransmits());
  }

  /**
   * Of datagrams: from the first sample in which the other end has told how much came. What it told
   * is as old as the time between two samples, in the first one and in the last one but one.
   */
  private static List<LoadSample> told(List<LoadSample> samples) {
    int first = 0;
    while (first < samples.size() && samples.get(first).arrivedBytes() < 0) {
      first++;
    }
    int end = samples.size() - 1;
    return end - first < 2 ? samples : samples.subList(first, end);
  }
}
