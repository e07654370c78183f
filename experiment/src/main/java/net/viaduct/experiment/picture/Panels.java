package net.viaduct.experiment.picture;

import java.awt.Graphics2D;
import java.util.List;
import org.knowm.xchart.internal.chartpart.IChart;

/**
 * Pictures below each other, as one.
 *
 * @param charts all of one width, at least one
 */
record Panels(List<? extends IChart> charts) implements IChart {
  @Override
  public void paint(Graphics2D graphics, int width, int height) {
    int top = 0;
    for (IChart chart : charts) {
      Graphics2D below = (Graphics2D) graphics.create();
      below.translate(0, top);
      chart.paint(below, chart.getWidth(), chart.getHeight());
      below.dispose();
      top += chart.getHeight();
    }
  }

  @Override
  public int getWidth() {
    return charts.getFirst().getWidth();
  }

  @Override
  public int getHeight() {
    return charts.stream().mapToInt(IChart::getHeight).sum();
  }

  @Override
  public String getTitle() {
    return charts.getFirst().getTitle();
  }
}
