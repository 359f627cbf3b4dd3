package io.github.close4j.examples.gap;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.report.LineChart;
import io.github.close4j.metric.ModalityGap;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.Histogram;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Charts of a gap as PNG pictures. */
final class GapCharts {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 320;
  private static final int BINS = 40;

  private GapCharts() {}

  /** Both clouds in a plane, at the same scale in every chart. */
  static byte[] clouds(String title, Plane plane, EmbeddingBatch text, EmbeddingBatch image)
      throws IOException {
    XYChart chart = xyChart(title, "first principal component", "second");
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    chart.getStyler().setMarkerSize(5);
    chart.getStyler().setXAxisMin(-plane.reach()).setXAxisMax(plane.reach());
    chart.getStyler().setYAxisMin(-plane.reach()).setYAxisMax(plane.reach());
    chart.addSeries("texts", plane.coordinates(text, 0), plane.coordinates(text, 1));
    chart.addSeries("images", plane.coordinates(image, 0), plane.coordinates(image, 1));
    return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
  }

  /** How the cosines of pairs, and of texts with the next pair's image, are spread. */
  static byte[] cosines(String title, EmbeddingBatch text, EmbeddingBatch image)
      throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("cosine")
            .yAxisTitle("pairs")
            .theme(ChartTheme.Matlab)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setOverlapped(true);
    chart.getStyler().setXAxisDecimalPattern("0.0");
    chart.getStyler().setXAxisMaxLabelCount(11);
    Histogram related = new Histogram(shiftedCosines(text, image, 0), BINS, -0.2, 1);
    Histogram unrelated = new Histogram(shiftedCosines(text, image, 1), BINS, -0.2, 1);
    chart.addSeries("unrelated", unrelated.getxAxisData(), unrelated.getyAxisData());
    chart.addSeries("own image", related.getxAxisData(), related.getyAxisData());
    return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
  }

  /** What noise does to cosines and to retrieval. */
  static byte[] byNoise(List<Map.Entry<Double, ModalityGap>> levels) {
    LineChart chart = new LineChart("Gaussian noise", "σ of a component", "");
    double[] noise = levels.stream().mapToDouble(Map.Entry::getKey).toArray();
    chart.line("cosine, own image", noise, values(levels, ModalityGap::pairCosine));
    chart.line("cosine, unrelated", noise, values(levels, ModalityGap::unrelatedTextImageCosine));
    chart.line("image to text R@1", noise, values(levels, ModalityGap::imageToTextRecallAt1));
    chart.line("image to text R@5", noise, values(levels, ModalityGap::imageToTextRecallAt5));
    return chart.png();
  }

  private static double[] values(
      List<Map.Entry<Double, ModalityGap>> levels, ToDoubleFunction<ModalityGap> measure) {
    return levels.stream().mapToDouble(level -> measure.applyAsDouble(level.getValue())).toArray();
  }

  private static XYChart xyChart(String title, String xTitle, String yTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .theme(ChartTheme.Matlab)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
    return chart;
  }

  private static List<Double> shiftedCosines(EmbeddingBatch text, EmbeddingBatch image, int shift) {
    return IntStream.range(0, text.rows())
        .mapToObj(row -> cosine(text, row, image, (row + shift) % image.rows()))
        .toList();
  }

  private static double cosine(EmbeddingBatch text, int row, EmbeddingBatch image, int other) {
    int dimension = text.dimension();
    double sum = 0;
    for (int i = 0; i < dimension; i++) {
      sum += (double) text.values()[row * dimension + i] * image.values()[other * dimension + i];
    }
    return sum;
  }
}
