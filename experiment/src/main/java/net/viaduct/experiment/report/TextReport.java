package net.viaduct.experiment.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.viaduct.experiment.report.Report.Place;
import net.viaduct.experiment.samples.ResultFile;

/** A report as lines of text. Stateless. */
public final class TextReport {
  private TextReport() {}

  /** The lines. */
  public static List<String> lines(ResultFile results) {
    Report report = new Report(results);
    List<String> lines = new ArrayList<>();
    lines.add(results.name() + ": " + results.runs().size() + runs(results) + end(results));
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%-28s %7s %6s %5s %6s %9s %9s %9s %9s %9s  ms",
            "STREAM",
            "SENT",
            "LOST",
            "DUP",
            "REORD",
            "MIN",
            "MEDIAN",
            "P90",
            "P99",
            "MAX"));
    report.summaries().forEach((place, summary) -> lines.add(line(place, summary)));
    Map<Place, LoadSummary> loads = report.loads();
    if (!loads.isEmpty()) {
      lines.add("");
      lines.add(
          String.format(
              Locale.ROOT,
              "%-28s %6s %9s %9s %9s %9s %9s %9s %11s",
              "LOAD",
              "FLOWS",
              "MBIT/S",
              "LEAST",
              "MOST",
              "FAIRNESS",
              "CWND",
              "SRTT MS",
              "RETRANSMITS"));
      loads.forEach((place, summary) -> lines.add(line(place, summary)));
    }
    List<Finding> findings = report.findings();
    if (!findings.isEmpty() && findings.stream().allMatch(TextReport::isUnknown)) {
      lines.add("");
      lines.add("Nothing is compared: fewer than three runs of each side tell nothing from noise.");
    } else if (!findings.isEmpty()) {
      lines.add("");
      lines.add(
          String.format(
              Locale.ROOT,
              "%-16s %-10s %-34s %11s %11s  95%% of the difference",
              "COMPARED",
              "WHAT",
              "FROM -> TO",
              "FROM",
              "TO"));
      findings.forEach(finding -> lines.add(line(finding)));
    }
    return lines;
  }

  private static String runs(ResultFile results) {
    return results.runs().size() == 1 ? " run" : " runs";
  }

  private static String end(ResultFile results) {
    return switch (results.end()) {
      case ResultFile.COMPLETE -> "";
      case "" -> "; it was killed, this is what was written until then";
      default -> "; " + results.end();
    };
  }

  /** Variant, part and stream in one word. */
  public static String label(Place place) {
    StringBuilder label = new StringBuilder(place.stream());
    if (!place.variant().isEmpty()) {
      label.insert(0, place.variant() + " ");
    }
    if (!place.span().isEmpty()) {
      label.append(" (").append(place.span()).append(')');
    }
    return label.toString();
  }

  private static String line(Place place, StreamSummary s) {
    return String.format(
        Locale.ROOT,
        "%-28s %7d %6d %5d %6d %9s %9s %9s %9s %9s",
        label(place),
        s.sent(),
        s.lost(),
        s.duplicates(),
        s.reordered(),
        ms(s, s.minimumMs()),
        ms(s, s.medianMs()),
        ms(s, s.p90Ms()),
        ms(s, s.p99Ms()),
        ms(s, s.maximumMs()));
  }

  private static String ms(StreamSummary of, double value) {
    return of.answered() == 0 ? "-" : known(value, 2);
  }

  private static String line(Place place, LoadSummary s) {
    return String.format(
        Locale.ROOT,
        "%-28s %6d %9.2f %9.2f %9.2f %9s %9s %9s %11s",
        label(place),
        s.flows(),
        s.megabitsPerSecond(),
        s.least(),
        s.most(),
        s.flows() < 2 ? "-" : known(s.fairness(), 4),
        known(s.meanCongestionWindow(), 1),
        known(s.meanSmoothedRttMs(), 1),
        known(s.retransmits(), 0));
  }

  private static String known(double value, int digits) {
    return value < 0 ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static boolean isUnknown(Finding finding) {
    return finding.comparison().verdict() == Comparison.Verdict.UNKNOWN;
  }

  private static String line(Finding finding) {
    Comparison c = finding.comparison();
    String interval =
        isUnknown(finding)
            ? c.verdict().words()
            : String.format(
                Locale.ROOT, "%+.2f to %+.2f: %s", c.lowest(), c.highest(), c.verdict().words());
    return String.format(
        Locale.ROOT,
        "%-16s %-10s %-34s %11.2f %11.2f  %s",
        finding.stream(),
        finding.what(),
        finding.from() + " -> " + finding.to(),
        c.before(),
        c.after(),
        interval);
  }
}
