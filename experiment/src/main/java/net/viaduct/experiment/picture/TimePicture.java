package net.viaduct.experiment.picture;

import java.util.List;
import net.viaduct.experiment.samples.PhaseMark;
import net.viaduct.experiment.samples.RunResult;

/**
 * What happened over the time of the first repetition: a panel for each variant, below each other
 * and with the same scales, so that they can be compared. Immutable.
 *
 * @param title of all
 * @param unit of what is drawn upwards
 * @param scatter whether each sample is a point; else they are joined
 * @param panels those that have something to show
 */
record TimePicture(String title, String unit, boolean scatter, List<Panel> panels) {
  /**
   * One run.
   *
   * @param variant empty if there is only one way
   * @param phases when something became different
   */
  record Panel(String variant, List<Curve> curves, List<PhaseMark> phases) {}

  /** Makes curves of a run. */
  interface Drawing {
    List<Curve> of(RunResult run);
  }

  static TimePicture of(
      String title, String unit, boolean scatter, List<RunResult> runs, Drawing drawing) {
    List<Panel> panels =
        runs.stream()
            .map(run -> new Panel(run.variant(), present(drawing.of(run)), run.phases()))
            .filter(panel -> !panel.curves().isEmpty())
            .toList();
    return new TimePicture(title, unit, scatter, panels);
  }

  private static List<Curve> present(List<Curve> curves) {
    return curves.stream().filter(curve -> !curve.isEmpty()).toList();
  }

  boolean isEmpty() {
    return panels.isEmpty();
  }

  /** The highest value in any panel. */
  double highest() {
    return panels.stream()
        .flatMap(panel -> panel.curves().stream())
        .mapToDouble(Curve::highest)
        .max()
        .orElse(0);
  }

  /** The last second in any panel. */
  double last() {
    return panels.stream()
        .flatMap(panel -> panel.curves().stream())
        .mapToDouble(Curve::last)
        .max()
        .orElse(0);
  }

  /** The title of a panel. */
  String titleOf(Panel panel) {
    return panel.variant().isEmpty() ? title : title + ", " + panel.variant();
  }
}
