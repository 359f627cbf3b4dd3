package io.github.close4j.examples.cli;

import com.google.common.html.HtmlEscapers;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.onnx.Caption;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import net.coobird.thumbnailator.Thumbnails;

/** One HTML file with pictures and their captions; the pictures are inside it. */
final class Gallery {
  private static final int THUMBNAIL = 256;

  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Captions</title>
      <style>
        body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem;
               padding: 0 1rem; color: #1c1c1e; background: #fafafa; }
        main { display: grid; gap: 1.25rem;
               grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); }
        figure { margin: 0; background: #fff; border: 1px solid #e3e3e6; border-radius: .5rem;
                 overflow: hidden; }
        img { display: block; width: 100%%; aspect-ratio: 1; object-fit: contain;
              background: #f0f0f2; image-rendering: auto; }
        figcaption { padding: .6rem .8rem .8rem; }
        small { color: #6b6b70; display: block; overflow-wrap: anywhere; }
      </style>
      <h1>Captions</h1>
      <p>Written by a T5 that was trained on text alone.</p>
      <main>
      %s</main>
      </html>
      """;

  private static final String FIGURE =
      """
      <figure><img alt="%s" src="data:image/png;base64,%s">
      <figcaption>%s<small>%s · %s</small></figcaption></figure>
      """;

  /** A picture, small, and its caption. */
  record Entry(String name, String thumbnail, Caption caption) {
    /** Keeps none of the picture but a thumbnail. */
    static Entry of(String name, BufferedImage image, Caption caption) {
      try {
        return new Entry(name, thumbnailOf(image), caption);
      } catch (IOException e) {
        throw new UncheckedIOException("a picture in memory cannot fail to be written", e);
      }
    }
  }

  private Gallery() {}

  /** Writes the file, whole or not at all. */
  static void write(Path file, List<Entry> entries) {
    StringBuilder figures = new StringBuilder();
    for (Entry entry : entries) {
      String caption = escape(entry.caption().text());
      figures.append(
          FIGURE.formatted(
              caption, entry.thumbnail(), caption, escape(entry.name()), numbers(entry.caption())));
    }
    WholeFile.write(file, PAGE.formatted(figures));
  }

  private static String numbers(Caption caption) {
    String logProbability =
        String.format(Locale.ROOT, "log-probability %.2f", caption.logProbability());
    if (!CaptionPrinter.isKnown(caption.confidence())) {
      return logProbability;
    }
    String confidence = CaptionPrinter.confidence(caption);
    return logProbability + " · " + (caption.unsure() ? "" : "confidence ") + confidence;
  }

  private static String escape(String text) {
    return HtmlEscapers.htmlEscaper().escape(text);
  }

  private static String thumbnailOf(BufferedImage image) throws IOException {
    boolean large = Math.max(image.getWidth(), image.getHeight()) > THUMBNAIL;
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    BufferedImage shown =
        large ? Thumbnails.of(image).size(THUMBNAIL, THUMBNAIL).asBufferedImage() : image;
    ImageIO.write(shown, "png", png);
    return Base64.getEncoder().encodeToString(png.toByteArray());
  }
}
