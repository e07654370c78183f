package net.viaduct.experiment.picture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.experiment.report.TextReport;
import net.viaduct.experiment.samples.PhaseMark;
import net.viaduct.experiment.samples.ResultFile;

/**
 * One page with everything in it: numbers, pictures that can be zoomed, and their data. It asks no
 * other computer for anything. Stateless.
 */
public final class HtmlReport {
  private static final Pattern PART = Pattern.compile("@([A-Z]+)@");
  private static final int MOST_POINTS = 50_000;
  private static final double NS_PER_SECOND = 1e9;

  private HtmlReport() {}

  /** Writes the page. */
  public static void write(ResultFile results, Path file) throws IOException {
    Curves curves = new Curves(results);
    StringBuilder data = new StringBuilder("[");
    panels(data, curves.roundTrips());
    String cumulative = "Share of answers within a round-trip time";
    chart(data, new Chart(cumulative, "ms", "", 1, false), curves.cumulative(), List.of());
    panels(data, curves.rates());
    panels(data, curves.congestionWindows());
    panels(data, curves.smoothedRtts());
    panels(data, curves.retransmits());
    data.append(']');
    Map<String, String> parts =
        Map.of(
            "TITLE", html(results.name()),
            "NUMBERS", html(String.join("\n", TextReport.lines(results))),
            "PLAN", html(results.plan()),
            "CSS", resource("uPlot.min.css"),
            "LICENSE", resource("uPlot.LICENSE"),
            "DATA", data.toString(),
            "UPLOT", resource("uPlot.iife.min.js"));
    String page =
        PART.matcher(resource("report.html"))
            .replaceAll(part -> Matcher.quoteReplacement(parts.getOrDefault(part.group(1), "")));
    Files.writeString(file, page);
  }

  /**
   * What a picture says beside its curves.
   *
   * @param x the unit of what is drawn to the right
   * @param y the unit of what is drawn upwards
   * @param top the highest value in any picture that this one is compared with
   * @param points whether each sample is a point; else they are joined
   */
  private record Chart(String title, String x, String y, double top, boolean points) {}

  private static void panels(StringBuilder data, TimePicture picture) {
    for (TimePicture.Panel panel : picture.panels()) {
      chart(
          data,
          new Chart(
              picture.titleOf(panel), "s", picture.unit(), picture.highest(), picture.scatter()),
          panel.curves(),
          panel.phases());
    }
  }

  private static void chart(
      StringBuilder data, Chart chart, List<Curve> curves, List<PhaseMark> phases) {
    if (curves.isEmpty()) {
      return;
    }
    data.append(data.length() > 1 ? ",\n" : "");
    data.append("{\"title\":").append(json(chart.title()));
    data.append(",\"x\":").append(json(chart.x())).append(",\"y\":").append(json(chart.y()));
    data.append(String.format(Locale.ROOT, ",\"top\":%.4f", chart.top()));
    data.append(",\"phases\":").append(phases(phases));
    data.append(",\"points\":").append(chart.points()).append(",\"curves\":[");
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i).thinned(MOST_POINTS);
      data.append(i == 0 ? "" : ",").append("{\"name\":").append(json(curve.name()));
      numbers(data.append(",\"x\":"), curve.x());
      numbers(data.append(",\"y\":"), curve.y());
      data.append('}');
    }
    data.append("]}");
  }

  private static void numbers(StringBuilder data, double[] values) {
    data.append('[');
    for (int i = 0; i < values.length; i++) {
      data.append(i == 0 ? "" : ",").append(String.format(Locale.ROOT, "%.4f", values[i]));
    }
    data.append(']');
  }

  private static String phases(List<PhaseMark> phases) {
    StringBuilder data = new StringBuilder("[");
    for (PhaseMark phase : phases) {
      data.append(data.length() > 1 ? "," : "");
      data.append("{\"name\":").append(json(phase.name())).append(",\"at\":");
      data.append(phase.timeNs() / NS_PER_SECOND).append('}');
    }
    return data.append(']').toString();
  }

  private static String json(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && c != '"' && c != '\\' && c != '<';
      quoted.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
    }
    return quoted.append('"').toString();
  }

  private static String html(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the program is not whole: " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
