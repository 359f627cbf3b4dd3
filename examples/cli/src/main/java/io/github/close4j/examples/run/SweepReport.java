package io.github.close4j.examples.run;

import io.github.close4j.examples.report.HtmlPage;
import io.github.close4j.examples.report.LineChart;
import io.github.close4j.examples.run.SweepResult.Row;
import io.github.close4j.internal.io.WholeFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A sweep as a table in Markdown, and as a page with its curve and the run of the best noise. */
final class SweepReport {
  private final SweepResult result;
  private final List<Long> seeds;

  SweepReport(SweepResult result, List<Long> seeds) {
    this.result = result;
    this.seeds = seeds;
  }

  void writeMarkdown(Path file) {
    WholeFile.write(
        file, String.join("\n", result.table(seeds)) + "\n\n" + result.conclusion() + "\n");
  }

  /** Also shows one run, with all its parts. */
  void writeHtml(Path file, RecordedTraining shown) {
    HtmlPage page = new HtmlPage("Noise sweep");
    page.paragraph(result.conclusion());
    page.markdown(result.table(seeds));
    LineChart chart =
        new LineChart("Effect of the noise level", "σ of a component", result.metric());
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
