package io.github.close4j.examples.report;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.close4j.internal.io.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Curves over one axis, drawn as a PNG picture of 420 × 320 pixels. */
public final class LineChart {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 320;

  private static final int X_LABELS = 8;

  private final XYChart chart;

  /**
   * An empty chart.
   *
   * @param title stands above it
   * @param xTitle names the axis to the right
   * @param yTitle names the axis upwards
   */
  public LineChart(String title, String xTitle, String yTitle) {
    chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .theme(ChartTheme.Matlab)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
    chart.getStyler().setXAxisMaxLabelCount(X_LABELS);
  }

  /**
   * Adds a curve.
   *
   * @param name its name, unlike the others'
   * @param x where its points are, at least one
   * @param y their values; NaN leaves a gap
   * @return this chart
   */
  @CanIgnoreReturnValue
  public LineChart line(String name, double[] x, double[] y) {
    chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
    return this;
  }

  /**
   * Adds a curve of few points, each marked, with its spread.
   *
   * @param name its name, unlike the others'
   * @param x where its points are, at least one
   * @param y their values
   * @param spread how far each reaches up and down
   * @return this chart
   */
  @CanIgnoreReturnValue
  public LineChart points(String name, double[] x, double[] y, double[] spread) {
    chart.addSeries(name, x, y, spread).setMarker(SeriesMarkers.CIRCLE);
    return this;
  }

  /**
   * Draws the chart.
   *
   * @return a PNG file's bytes
   */
  public byte[] png() {
    chart.getStyler().setLegendVisible(chart.getSeriesMap().size() > 1);
    try {
      return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
    } catch (IOException e) {
      throw new UncheckedIOException("a chart cannot be drawn: " + FileFailure.reason(e), e);
    }
  }
}
