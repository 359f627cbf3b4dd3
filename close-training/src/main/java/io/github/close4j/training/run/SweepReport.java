package io.github.close4j.training.run;

import io.github.close4j.training.files.WholeFile;
import io.github.close4j.training.report.HtmlPage;
import io.github.close4j.training.report.LineChart;
import io.github.close4j.training.report.MarkdownTable;
import io.github.close4j.training.run.SweepResult.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A sweep as a table in Markdown, and as a page with its curve and the run of the best noise. */
final class SweepReport {
  private final SweepResult result;
  private final List<Long> seeds;

  SweepReport(SweepResult result, List<Long> seeds) {
    this.result = result;
    this.seeds = seeds;
  }

  /** The table's lines; a noise whose seeds are not all done yet has bars. */
  List<String> table() {
    List<String> head = new ArrayList<>(List.of("σ", "mean " + result.metric(), "± sd"));
    seeds.forEach(seed -> head.add("seed " + seed));
    List<List<String>> rows = new ArrayList<>();
    for (Row row : result.rows()) {
      List<String> cells = new ArrayList<>();
      cells.add(Double.toString(row.noiseStdDev()));
      cells.add(number(row.mean()));
      cells.add(row.scores().size() == 1 ? "–" : number(row.standardDeviation()));
      for (int i = 0; i < seeds.size(); i++) {
        cells.add(i < row.scores().size() ? number(row.scores().get(i)) : "–");
      }
      rows.add(cells);
    }
    return MarkdownTable.lines(head, rows);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private String conclusion() {
    Row best = result.best();
    return String.format(
        Locale.ROOT,
        "Best by mean %s: σ %s, %.4f over %d of %d seeds.",
        result.metric(),
        best.noiseStdDev(),
        best.mean(),
        best.scores().size(),
        seeds.size());
  }

  void writeMarkdown(Path file) {
    WholeFile.write(file, String.join("\n", table()) + "\n\n" + conclusion() + "\n");
  }

  /** Also shows one run, with all its parts. */
  void writeHtml(Path file, RecordedTraining shown) {
    HtmlPage page = new HtmlPage("Noise sweep");
    page.paragraph(conclusion());
    page.markdown(table());
    LineChart chart = new LineChart("Effect of the noise level", "σ of a component", "");
    chart.points(
        result.metric(),
        column(Row::noiseStdDev),
        column(Row::mean),
        column(Row::standardDeviation));
    page.pictures(List.of(new HtmlPage.Picture(result.metric() + " by noise", chart.png())));
    page.paragraph("What follows is the run of the best noise and the first seed.");
    shown.addTo(page);
    WholeFile.write(file, page.toString());
  }

  private double[] column(ToDoubleFunction<Row> value) {
    return result.rows().stream().mapToDouble(value).toArray();
  }
}
