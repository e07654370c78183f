package net.viaduct.experiment.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import net.viaduct.experiment.report.Report;
import net.viaduct.experiment.report.TextReport;
import net.viaduct.experiment.samples.LoadSample;
import net.viaduct.experiment.samples.ResultFile;
import net.viaduct.experiment.samples.RunResult;

/** What there is to be drawn in a file of results. Immutable. */
final class Curves {
  private final ResultFile results;

  Curves(ResultFile results) {
    this.results = results;
  }

  /** The runs of the first repetition: one for each variant. */
  private List<RunResult> firstRuns() {
    int first = results.runs().stream().mapToInt(RunResult::repetition).min().orElse(1);
    return results.runs().stream().filter(run -> run.repetition() == first).toList();
  }

  /** Whether there is something to compare. */
  boolean hasSides() {
    return results.variants().size() > 1
        || results.runs().stream().anyMatch(run -> !run.phases().isEmpty());
  }

  List<Curve> cumulative() {
    List<Curve> curves = new ArrayList<>();
    new Report(results)
        .samples()
        .forEach(
            (place, samples) -> curves.add(Curve.cumulative(TextReport.label(place), samples)));
    return curves.stream().filter(curve -> !curve.isEmpty()).toList();
  }

  TimePicture roundTrips() {
    return TimePicture.of(
        "Round-trip time",
        "ms",
        true,
        firstRuns(),
        run ->
            run.streams().entrySet().stream()
                .map(stream -> Curve.roundTrips(stream.getKey(), stream.getValue()))
                .toList());
  }

  TimePicture rates() {
    return flows("Rate of loads", "Mbit/s", Curve::rate, _ -> true);
  }

  TimePicture congestionWindows() {
    return flows(
        "Congestion window",
        "segments",
        (name, samples) -> Curve.of(name, samples, LoadSample::congestionWindow),
        Curves::isTcp);
  }

  TimePicture smoothedRtts() {
    return flows(
        "Round-trip time, as TCP knows it",
        "ms",
        (name, samples) -> Curve.of(name, samples, LoadSample::smoothedRttMs),
        Curves::isTcp);
  }

  TimePicture retransmits() {
    return flows(
        "Retransmitted segments",
        "segments",
        (name, samples) -> Curve.of(name, samples, LoadSample::retransmits),
        Curves::isTcp);
  }

  private static boolean isTcp(List<LoadSample> samples) {
    return samples.getFirst().congestionWindow() >= 0;
  }

  private TimePicture flows(
      String title,
      String unit,
      BiFunction<String, List<LoadSample>, Curve> curve,
      Predicate<List<LoadSample>> isWanted) {
    return TimePicture.of(
        title,
        unit,
        false,
        firstRuns(),
        run ->
            run.flows().entrySet().stream()
                .filter(flow -> isWanted.test(flow.getValue()))
                .map(flow -> curve.apply(flow.getKey(), flow.getValue()))
                .toList());
  }
}
