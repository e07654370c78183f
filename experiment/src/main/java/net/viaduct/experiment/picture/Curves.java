package net.viaduct.experiment.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import net.viaduct.experiment.report.Report;
import net.viaduct.experiment.report.TextReport;
import net.viaduct.experiment.samples.LoadSample;
import net.viaduct.experiment.samples.PhaseMark;
import net.viaduct.experiment.samples.ResultFile;
import net.viaduct.experiment.samples.RunResult;

/** What there is to be drawn in a file of results. Immutable. */
final class Curves {
  private final ResultFile results;

  Curves(ResultFile results) {
    this.results = results;
  }

  /** The runs of the first repetition: one for each variant. */
  List<RunResult> firstRuns() {
    int first = results.runs().stream().mapToInt(RunResult::repetition).min().orElse(1);
    return results.runs().stream().filter(run -> run.repetition() == first).toList();
  }

  /** Whether there is something to compare. */
  boolean hasSides() {
    return results.variants().size() > 1
        || results.runs().stream().anyMatch(run -> !run.phases().isEmpty());
  }

  /** The phases of the first run. */
  List<PhaseMark> phases() {
    return results.runs().isEmpty() ? List.of() : results.runs().getFirst().phases();
  }

  List<Curve> roundTrips() {
    List<Curve> curves = new ArrayList<>();
    for (RunResult run : firstRuns()) {
      run.streams()
          .forEach((name, samples) -> curves.add(Curve.roundTrips(in(run, name), samples)));
    }
    return present(curves);
  }

  List<Curve> cumulative() {
    List<Curve> curves = new ArrayList<>();
    new Report(results)
        .samples()
        .forEach(
            (place, samples) -> curves.add(Curve.cumulative(TextReport.label(place), samples)));
    return present(curves);
  }

  List<Curve> rates() {
    return loads(Curve::rate, _ -> true);
  }

  List<Curve> congestionWindows() {
    return loads(
        (name, samples) -> Curve.of(name, samples, LoadSample::congestionWindow), Curves::isTcp);
  }

  List<Curve> smoothedRtts() {
    return loads(
        (name, samples) -> Curve.of(name, samples, LoadSample::smoothedRttMs), Curves::isTcp);
  }

  List<Curve> retransmits() {
    return loads(
        (name, samples) -> Curve.of(name, samples, LoadSample::retransmits), Curves::isTcp);
  }

  private static boolean isTcp(List<LoadSample> samples) {
    return samples.getFirst().congestionWindow() >= 0;
  }

  private List<Curve> loads(
      BiFunction<String, List<LoadSample>, Curve> curve, Predicate<List<LoadSample>> isWanted) {
    List<Curve> curves = new ArrayList<>();
    for (RunResult run : firstRuns()) {
      run.loads()
          .forEach((name, samples) -> {
            if (isWanted.test(samples)) {
              curves.add(curve.apply(in(run, name), samples));
            }
          });
    }
    return present(curves);
  }

  private static String in(RunResult run, String name) {
    return run.variant().isEmpty() ? name : run.variant() + " " + name;
  }

  private static List<Curve> present(List<Curve> curves) {
    return curves.stream().filter(curve -> !curve.isEmpty()).toList();
  }
}
