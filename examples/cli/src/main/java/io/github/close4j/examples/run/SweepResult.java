package io.github.close4j.examples.run;

import io.github.close4j.examples.report.HtmlPage;
import io.github.close4j.examples.report.LineChart;
import io.github.close4j.examples.report.MarkdownTable;
import io.github.close4j.internal.io.WholeFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a sweep found.
 *
 * @param metric what the scores are of
 * @param rows a row a noise, in the order asked for, at least one
 */
public record SweepResult(String metric, List<Row> rows) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no row
   */
  public SweepResult {
    rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("rows: expected at least one, found none");
    }
  }

  /**
   * The scores of one noise.
   *
   * @param noiseStdDev standard deviation of the noise on a component
   * @param scores a score a seed, at least one
   */
  public record Row(double noiseStdDev, List<Double> scores) {

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if there is no score
     */
    public Row {
      scores = List.copyOf(scores);
      if (scores.isEmpty()) {
        throw new IllegalArgumentException("scores: expected at least one, found none");
      }
    }

    /**
     * Their mean.
     *
     * @return the mean over seeds
     */
    public double mean() {
      return scores.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /**
     * Their spread.
     *
     * @return the sample's standard deviation over seeds (with n − 1); 0 for one seed
     */
    public double standardDeviation() {
      double mean = mean();
      double squares = scores.stream().mapToDouble(score -> (score - mean) * (score - mean)).sum();
      return scores.size() == 1 ? 0 : Math.sqrt(squares / (scores.size() - 1));
    }
  }

  /**
   * The noise to take.
   *
   * @return the row of the highest mean; the first of several
   */
  public Row best() {
    return rows.stream()
        .sorted(Comparator.comparingDouble(Row::mean).reversed())
        .findFirst()
        .orElseThrow();
  }

  /**
   * The scores as a table in Markdown; a noise whose seeds are not all done yet has bars.
   *
   * @param seeds the seeds, in the order of the scores
   * @return the table's lines
   */
  public List<String> table(List<Long> seeds) {
    List<String> head = new ArrayList<>(List.of("σ", "mean " + metric, "± sd"));
    seeds.forEach(seed -> head.add("seed " + seed));
    List<List<String>> lines = new ArrayList<>();
    for (Row row : rows) {
      List<String> cells = new ArrayList<>();
      cells.add(Double.toString(row.noiseStdDev()));
      cells.add(number(row.mean()));
      cells.add(row.scores().size() == 1 ? "–" : number(row.standardDeviation()));
      for (int i = 0; i < seeds.size(); i++) {
        cells.add(i < row.scores().size() ? number(row.scores().get(i)) : "–");
      }
      lines.add(cells);
    }
    return MarkdownTable.lines(head, lines);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /**
   * What the scores say.
   *
   * @return a sentence that names the best noise
   */
  public String conclusion() {
    Row best = best();
    return String.format(
        Locale.ROOT,
        "Best by mean %s: σ %s, %.4f; seeds: %d.",
        metric,
        best.noiseStdDev(),
        best.mean(),
        best.scores().size());
  }

  void writeMarkdown(Path file, List<Long> seeds) {
    WholeFile.write(file, String.join("\n", table(seeds)) + "\n\n" + conclusion() + "\n");
  }

  /** A page with the table, its curve, and one run with all its parts. */
  void writeHtml(Path file, List<Long> seeds, Run shown) {
    HtmlPage page = new HtmlPage("Noise sweep");
    page.paragraph(conclusion());
    page.markdown(table(seeds));
    LineChart chart = new LineChart("Effect of the noise level", "σ of a component", metric);
    chart.points(
        metric, column(Row::noiseStdDev), column(Row::mean), column(Row::standardDeviation));
    page.pictures(List.of(new HtmlPage.Picture(metric + " by noise", chart.png())));
    page.paragraph("What follows is the run of the best noise and the first seed.");
    shown.addTo(page);
    WholeFile.write(file, page.toString());
  }

  private double[] column(ToDoubleFunction<Row> value) {
    return rows.stream().mapToDouble(value).toArray();
  }
}
