package net.viaduct.experiment.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.viaduct.experiment.samples.ProbeSample;
import net.viaduct.experiment.samples.ResultFile;
import net.viaduct.experiment.samples.RunResult;

/**
 * What a file of results says, in numbers. Immutable.
 *
 * <p>Variants are compared run by run, each with the one of the same repetition. The parts of a run
 * before and after a phase are compared in the same way if there are at least three runs; else each
 * part is cut into ten pieces of time, which are compared as groups. The last run of an experiment
 * that did not come to its end is not compared with whole ones.
 */
public final class Report {
  private final ResultFile results;

  /** The report of a file. */
  public Report(ResultFile results) {
    this.results = results;
  }

  /** A number of a stream that is worth comparing. */
  private enum Measure {
    MEDIAN("median ms"),
    P99("p99 ms"),
    LOST("lost %");

    private final String words;

    Measure(String words) {
      this.words = words;
    }

    /** {@link Double#NaN} if there was nothing to measure. */
    double of(StreamSummary summary) {
      return switch (this) {
        case MEDIAN -> summary.answered() == 0 ? Double.NaN : summary.medianMs();
        case P99 -> summary.answered() == 0 ? Double.NaN : summary.p99Ms();
        case LOST -> summary.sent() == 0 ? Double.NaN : summary.lostPercent();
      };
    }

    double of(List<ProbeSample> samples) {
      return of(StreamSummary.of(samples));
    }
  }

  /**
   * What streams are told apart by: a variant, a part of the run, and the stream.
   *
   * @param variant empty if there is only one way
   * @param span the part's name; empty if there are no phases
   */
  public record Place(String variant, String span, String stream) {}

  /** The samples of each place, run by run. */
  private Map<Place, List<List<ProbeSample>>> runs() {
    Map<Place, List<List<ProbeSample>>> runs = new LinkedHashMap<>();
    for (RunResult run : results.runs()) {
      List<Span> spans = Span.of(run);
      for (Map.Entry<String, List<ProbeSample>> stream : run.streams().entrySet()) {
        for (Span span : spans) {
          String name = spans.size() == 1 ? "" : span.name();
          runs.computeIfAbsent(
                  new Place(run.variant(), name, stream.getKey()), _ -> new ArrayList<>())
              .add(span.of(stream.getValue()));
        }
      }
    }
    return runs;
  }

  /** All samples of each place, of all repetitions together. */
  public Map<Place, List<ProbeSample>> samples() {
    Map<Place, List<ProbeSample>> samples = new LinkedHashMap<>();
    runs()
        .forEach((place, each) -> samples.put(place, each.stream().flatMap(List::stream).toList()));
    return samples;
  }

  /** What became of the probes in each place. */
  public Map<Place, StreamSummary> summaries() {
    Map<Place, StreamSummary> summaries = new LinkedHashMap<>();
    runs().forEach((place, each) -> summaries.put(place, StreamSummary.ofRuns(each)));
    return summaries;
  }

  /** How loads did, by variant and name; the mean of all repetitions. */
  public Map<Place, LoadSummary> loads() {
    Map<Place, List<LoadSummary>> all = new LinkedHashMap<>();
    for (RunResult run : results.runs()) {
      for (String load : results.loads()) {
        List<FlowSummary> flows = flows(run, load);
        if (!flows.isEmpty()) {
          all.computeIfAbsent(new Place(run.variant(), "", load), _ -> new ArrayList<>())
              .add(LoadSummary.of(flows));
        }
      }
    }
    Map<Place, LoadSummary> means = new LinkedHashMap<>();
    all.forEach((place, each) -> means.put(place, LoadSummary.meanOf(each)));
    return means;
  }

  private List<FlowSummary> flows(RunResult run, String load) {
    return run.flows().entrySet().stream()
        .filter(flow -> results.loadOf(flow.getKey()).equals(load))
        .map(flow -> FlowSummary.of(flow.getValue()))
        .toList();
  }

  /** What is different between variants, and before and after phases; or the same. */
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    Set<String> variants = results.variants();
    for (String variant : variants) {
      String partner = results.partnerOf(variant);
      if (!partner.equals(variant)) {
        compareVariants(partner, variant, findings);
      }
    }
    for (String variant : variants) {
      comparePhases(variant, findings);
    }
    return findings;
  }

  /** Those to compare: without one that was cut off, unless there is no other. */
  private List<RunResult> runsOf(String variant) {
    List<RunResult> runs =
        results.runs().stream().filter(run -> run.variant().equals(variant)).toList();
    boolean isCutOff =
        !results.end().equals(ResultFile.COMPLETE)
            && !runs.isEmpty()
            && runs.getLast() == results.runs().getLast();
    return isCutOff && runs.size() > 1 ? runs.subList(0, runs.size() - 1) : runs;
  }

  private void compareVariants(String one, String other, List<Finding> findings) {
    for (String stream : results.streams()) {
      for (Measure measure : Measure.values()) {
        Comparison comparison =
            Comparison.ofPairs(
                runsOf(one).stream().map(run -> value(run, stream, measure)).toList(),
                runsOf(other).stream().map(run -> value(run, stream, measure)).toList());
        findings.add(new Finding(stream, measure.words, one, other, comparison));
      }
    }
    for (String load : results.loads()) {
      Comparison comparison =
          Comparison.ofPairs(
              runsOf(one).stream().map(run -> rate(run, load)).toList(),
              runsOf(other).stream().map(run -> rate(run, load)).toList());
      findings.add(new Finding(load, "Mbit/s", one, other, comparison));
    }
  }

  private static double value(RunResult run, String stream, Measure measure) {
    return measure.of(run.streams().getOrDefault(stream, List.of()));
  }

  private double rate(RunResult run, String load) {
    List<FlowSummary> flows = flows(run, load);
    return flows.isEmpty() ? Double.NaN : LoadSummary.of(flows).megabitsPerSecond();
  }

  private void comparePhases(String variant, List<Finding> findings) {
    List<RunResult> runs = runsOf(variant).stream().filter(run -> !run.phases().isEmpty()).toList();
    if (runs.isEmpty()) {
      return;
    }
    int spans = runs.stream().mapToInt(run -> Span.of(run).size()).min().orElse(0);
    for (int i = 1; i < spans; i++) {
      for (String stream : results.streams()) {
        for (Measure measure : Measure.values()) {
          findings.add(comparePhase(variant, runs, i, stream, measure));
        }
      }
    }
  }

  private static Finding comparePhase(
      String variant, List<RunResult> runs, int index, String stream, Measure measure) {
    List<Double> before = new ArrayList<>();
    List<Double> after = new ArrayList<>();
    boolean pairs = runs.size() >= Comparison.LEAST_VALUES;
    for (RunResult run : runs) {
      List<ProbeSample> samples = run.streams().getOrDefault(stream, List.of());
      List<ProbeSample> earlier = Span.of(run).get(index - 1).of(samples);
      List<ProbeSample> later = Span.of(run).get(index).of(samples);
      if (pairs) {
        before.add(measure.of(earlier));
        after.add(measure.of(later));
      } else {
        before.addAll(Blocks.values(earlier, measure::of));
        after.addAll(Blocks.values(later, measure::of));
      }
    }
    String in = variant.isEmpty() ? "" : variant + ": ";
    List<Span> names = Span.of(runs.getFirst());
    return new Finding(
        stream,
        measure.words,
        in + names.get(index - 1).name(),
        in + names.get(index).name(),
        pairs ? Comparison.ofPairs(before, after) : Comparison.ofGroups(before, after));
  }
}
