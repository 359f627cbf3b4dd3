package io.github.close4j.examples.gap;

import com.google.common.base.Splitter;
import com.google.common.html.HtmlEscapers;
import io.github.close4j.embedding.EmbeddingBatch;
import java.io.IOException;
import java.util.Base64;
import java.util.List;

/** One HTML page about a gap: the table, the clouds, the histograms, the effect of noise. */
public final class GapPage {
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Modality gap</title>
      <style>
        body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 84rem;
               padding: 0 1rem; color: #1c1c1e; background: #fafafa; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .85rem; background: #fff; }
        th, td { border: 1px solid #e3e3e6; padding: .35rem .6rem; text-align: right; }
        th:first-child, td:first-child { text-align: left; }
        main { display: flex; flex-wrap: wrap; gap: 1rem; }
        img { background: #fff; border: 1px solid #e3e3e6; border-radius: .4rem;
              max-width: 100%%; }
      </style>
      <h1>Modality gap</h1>
      <p>Adapters were fitted on the first %d pairs; everything here is measured on the other %d.
      In brackets: 95%% of 1000 bootstrap resamples.</p>
      <div class="scroll">%s</div>
      <h2>Texts and images in the plane in which they vary most</h2>
      <main>%s</main>
      <h2>Cosine of a text with its own image and with another</h2>
      <main>%s</main>
      <h2>Effect of the noise level</h2>
      <main>%s</main>
      </html>
      """;

  private GapPage() {}

  /**
   * Describes a study.
   *
   * @param study the study
   * @param fitted how many pairs its adapters were fitted to
   * @return the page
   * @throws IOException if a chart cannot be drawn
   */
  public static String of(GapStudy study, int fitted) throws IOException {
    EmbeddingBatch images = study.images();
    Plane plane = Plane.of(study.rows().get(0).text(), images);
    StringBuilder clouds = new StringBuilder();
    StringBuilder cosines = new StringBuilder();
    for (GapStudy.Row row : study.rows()) {
      clouds.append(picture(row.name(), GapCharts.clouds(row.name(), plane, row.text(), images)));
      cosines.append(picture(row.name(), GapCharts.cosines(row.name(), row.text(), images)));
    }
    return PAGE.formatted(
        fitted,
        images.rows(),
        table(study.table()),
        clouds,
        cosines,
        picture("effect of noise", GapCharts.byNoise(study.byNoise())));
  }

  private static String picture(String name, byte[] png) {
    return "<img alt=\"%s\" src=\"data:image/png;base64,%s\">%n"
        .formatted(
            HtmlEscapers.htmlEscaper().escape(name), Base64.getEncoder().encodeToString(png));
  }

  /** The Markdown table's lines as HTML; the second only divides head and body. */
  private static String table(List<String> lines) {
    StringBuilder html = new StringBuilder("<table>\n");
    for (int i = 0; i < lines.size(); i++) {
      if (i != 1) {
        String tag = i == 0 ? "th" : "td";
        html.append("<tr>");
        for (String cell : Splitter.on('|').trimResults().omitEmptyStrings().split(lines.get(i))) {
          html.append("<%1$s>%2$s</%1$s>".formatted(tag, HtmlEscapers.htmlEscaper().escape(cell)));
        }
        html.append("</tr>\n");
      }
    }
    return html.append("</table>\n").toString();
  }
}
