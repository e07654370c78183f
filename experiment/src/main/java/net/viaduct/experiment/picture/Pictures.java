package net.viaduct.experiment.picture;

import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.viaduct.experiment.report.Report;
import net.viaduct.experiment.report.Report.Place;
import net.viaduct.experiment.report.StreamSummary;
import net.viaduct.experiment.report.TextReport;
import net.viaduct.experiment.samples.PhaseMark;
import net.viaduct.experiment.samples.ProbeSample;
import net.viaduct.experiment.samples.ResultFile;
import org.knowm.xchart.BoxChart;
import org.knowm.xchart.BoxChartBuilder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws pictures of results, each as PNG and as SVG. Owned by the thread that draws. */
public final class Pictures {
  /** Which packages are missing where nothing can be drawn. */
  public static final String NEEDS = "apt-get install libfontconfig1 fonts-dejavu-core";

  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 560;
  private static final int PANEL_HEIGHT = 320;
  private static final int MOST_POINTS = 20_000;
  private static final int MOST_IN_LEGEND = 10;
  private static final double NS_PER_SECOND = 1e9;
  private static final double NS_PER_MS = 1e6;
  private static final Color[] COLORS = {
    new Color(0x1f77b4), new Color(0xd62728), new Color(0x2ca02c), new Color(0xff7f0e),
    new Color(0x9467bd), new Color(0x8c564b), new Color(0x17becf), new Color(0x7f7f7f),
    new Color(0xbcbd22), new Color(0xe377c2)
  };
  private static final Color PHASE = new Color(0x555555);
  private static final Color GRID = new Color(0xe4e4e4);

  private final ResultFile results;
  private final Curves curves;

  /** Pictures of a file of results. */
  public Pictures(ResultFile results) {
    this.results = results;
    curves = new Curves(results);
  }

  /** Why nothing can be drawn here; empty if it can. */
  public static Optional<String> whyNot() {
    System.setProperty("java.awt.headless", "true");
    try {
      BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
      image.createGraphics().getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
      return Optional.empty();
    } catch (RuntimeException | LinkageError | InternalError e) {
      return Optional.of("no fonts can be used here (" + e.getMessage() + "): " + NEEDS);
    }
  }

  /**
   * Draws all that the results have.
   *
   * @param stem where to, without ending: {@code STEM-time.png}
   * @return the files
   */
  public List<Path> draw(Path stem) throws IOException {
    List<Path> files = new ArrayList<>();
    save(overTime(curves.roundTrips()), stem, "time", files);
    save(cumulative(), stem, "cdf", files);
    save(boxes(), stem, "box", files);
    if (curves.hasSides() && !curves.cumulative().isEmpty()) {
      save(beforeAndAfter(), stem, "before-after", files);
    }
    saveIfAny(curves.rates(), stem, "rate", files);
    saveIfAny(curves.congestionWindows(), stem, "cwnd", files);
    saveIfAny(curves.smoothedRtts(), stem, "srtt", files);
    saveIfAny(curves.retransmits(), stem, "retransmits", files);
    return files;
  }

  private void saveIfAny(TimePicture picture, Path stem, String what, List<Path> files)
      throws IOException {
    if (!picture.isEmpty()) {
      save(overTime(picture), stem, what, files);
    }
  }

  private static void save(IChart chart, Path stem, String what, List<Path> files)
      throws IOException {
    Path png = Path.of(stem + "-" + what + ".png");
    try (OutputStream out = Files.newOutputStream(png)) {
      ChartEncoder.saveChart(chart, out, "png");
    }
    Path svg = Path.of(stem + "-" + what + ".svg");
    try (OutputStream out = Files.newOutputStream(svg)) {
      ChartEncoder.saveChart(chart, out, "svg");
    }
    files.add(png);
    files.add(svg);
  }

  private String title(String what) {
    return results.name().isEmpty() ? what : results.name() + ": " + what;
  }

  private IChart overTime(TimePicture picture) {
    if (picture.isEmpty()) {
      return panel(picture, new TimePicture.Panel("", List.of(), List.of()), HEIGHT);
    }
    boolean isAlone = picture.panels().size() == 1;
    return new Panels(
        picture.panels().stream()
            .map(panel -> panel(picture, panel, isAlone ? HEIGHT : PANEL_HEIGHT))
            .toList());
  }

  private XYChart panel(TimePicture picture, TimePicture.Panel panel, int height) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(height)
            .title(title(picture.titleOf(panel)))
            .xAxisTitle("s")
            .yAxisTitle(picture.unit())
            .build();
    XYStyler styler = chart.getStyler();
    style(styler);
    styler.setYAxisMin(0.0);
    styler.setXAxisMin(0.0);
    if (!picture.isEmpty() && picture.highest() > 0) {
      styler.setYAxisMax(picture.highest());
      styler.setXAxisMax(picture.last());
    }
    styler.setLegendVisible(panel.curves().size() <= MOST_IN_LEGEND);
    styler.setDefaultSeriesRenderStyle(
        picture.scatter()
            ? XYSeries.XYSeriesRenderStyle.Scatter
            : XYSeries.XYSeriesRenderStyle.Line);
    styler.setMarkerSize(4);
    for (Curve curve : panel.curves()) {
      Curve drawn = curve.thinned(MOST_POINTS);
      XYSeries series = chart.addSeries(curve.name(), drawn.x(), drawn.y());
      series.setMarker(picture.scatter() ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
      series.setLineWidth(1.5f);
    }
    for (PhaseMark phase : panel.phases()) {
      double at = phase.timeNs() / NS_PER_SECOND;
      String name = unused(phase.name(), chart);
      XYSeries line =
          chart.addSeries(name, new double[] {at, at}, new double[] {0, picture.highest()});
      line.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
      line.setMarker(SeriesMarkers.NONE);
      line.setLineColor(PHASE);
      line.setLineStyle(SeriesLines.DASH_DASH);
    }
    empty(chart, panel.curves());
    return chart;
  }

  /** A phase may come again, or be called as a stream is. */
  private static String unused(String name, XYChart chart) {
    Set<String> used =
        chart.getSeriesCollection().stream().map(XYSeries::getName).collect(Collectors.toSet());
    String free = name;
    for (int i = 2; used.contains(free); i++) {
      free = name + " (" + i + ")";
    }
    return free;
  }

  private static void empty(XYChart chart, List<Curve> all) {
    if (all.isEmpty()) { // a chart without series cannot be drawn
      chart.addSeries("nothing was answered", new double[] {0}, new double[] {0});
    }
  }

  private XYChart cumulative() {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title("Share of answers within a round-trip time"))
            .xAxisTitle("ms")
            .yAxisTitle("share")
            .build();
    style(chart.getStyler());
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(1.0);
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
    List<Curve> all = curves.cumulative();
    for (Curve curve : all) {
      chart.addSeries(curve.name(), curve.x(), curve.y()).setMarker(SeriesMarkers.NONE);
    }
    empty(chart, all);
    return chart;
  }

  private BoxChart boxes() {
    BoxChart chart =
        new BoxChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title("Round-trip time: quarters, and 1.5 times their distance"))
            .yAxisTitle("ms")
            .build();
    style(chart.getStyler());
    chart.getStyler().setShowWithinAreaPoint(false);
    chart.getStyler().setYAxisMin(0.0);
    boolean isEmpty = true;
    for (Map.Entry<Place, List<ProbeSample>> each : new Report(results).samples().entrySet()) {
      List<Double> values =
          each.getValue().stream()
              .filter(ProbeSample::isAnswered)
              .map(sample -> sample.roundTripNs() / NS_PER_MS)
              .toList();
      if (!values.isEmpty()) {
        chart.addSeries(TextReport.label(each.getKey()), values);
        isEmpty = false;
      }
    }
    if (isEmpty) {
      chart.addSeries("nothing was answered", Arrays.asList(0.0)); // it looks for nulls
    }
    return chart;
  }

  private CategoryChart beforeAndAfter() {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title("Before and after"))
            .yAxisTitle("ms")
            .build();
    style(chart.getStyler());
    List<String> places = new ArrayList<>();
    List<Double> medians = new ArrayList<>();
    List<Double> p99s = new ArrayList<>();
    for (Map.Entry<Place, StreamSummary> each : new Report(results).summaries().entrySet()) {
      places.add(TextReport.label(each.getKey()));
      medians.add(each.getValue().medianMs());
      p99s.add(each.getValue().p99Ms());
    }
    chart.addSeries("median", places, medians);
    chart.addSeries("99th percentile", places, p99s);
    chart.getStyler().setLabelsVisible(true);
    chart.getStyler().setLabelsPosition(1);
    chart.getStyler().setLabelsFontColorAutomaticEnabled(false);
    chart.getStyler().setAvailableSpaceFill(0.6);
    return chart;
  }

  private static void style(Styler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setSeriesColors(COLORS);
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    if (styler instanceof org.knowm.xchart.style.AxesChartStyler axes) {
      axes.setPlotGridLinesColor(GRID);
      axes.setAxisTickMarksColor(GRID);
      axes.setDecimalPattern("#,###.##");
    }
  }
}
