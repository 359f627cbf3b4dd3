package io.github.close4j.examples.gap;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.report.HtmlPage;
import io.github.close4j.examples.report.HtmlPage.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One HTML page about a gap: the table, the clouds, the histograms, the effect of noise. */
public final class GapPage {
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
    List<Picture> clouds = new ArrayList<>();
    List<Picture> cosines = new ArrayList<>();
    for (GapStudy.Row row : study.rows()) {
      String name = row.name();
      clouds.add(new Picture(name, GapCharts.clouds(name, plane, row.text(), images)));
      cosines.add(new Picture(name, GapCharts.cosines(name, row.text(), images)));
    }
    return new HtmlPage("Modality gap")
        .paragraph(
            ("Adapters were fitted on the first %d pairs; everything here is measured on the other"
                    + " %d. In brackets: 95%% intervals from 1000 bootstrap resamples.")
                .formatted(fitted, images.rows()))
        .markdown(study.table())
        .heading("Texts and images in the plane in which they vary most")
        .pictures(clouds)
        .heading("Cosine of a text with its own image and with another")
        .pictures(cosines)
        .heading("Effect of the noise level")
        .pictures(List.of(new Picture("effect of noise", GapCharts.byNoise(study.byNoise()))))
        .toString();
  }
}
