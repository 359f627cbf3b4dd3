package io.github.close4j.benchmarks;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A Markdown table of what {@link FullSizeCaptioning} and its peers printed. */
public final class FullSizeTable {
  private static final double TIE = 1e-4;

  private FullSizeTable() {}

  /**
   * Prints the table.
   *
   * @param args a file with a result a line; the first of a batch size is what others compare with
   * @throws IOException if it cannot be read
   */
  public static void main(String[] args) throws IOException {
    List<FullSizeCaptioning.Result> results =
        Files.readAllLines(Path.of(args[0])).stream()
            .map(line -> new Gson().fromJson(line, FullSizeCaptioning.Result.class))
            .toList();
    System.out.println(
        "| batch | system | s/image | times as fast | s to open | peak MB | same caption |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (FullSizeCaptioning.Result result : results) {
      FullSizeCaptioning.Result peer =
          results.stream().filter(r -> r.batch() == result.batch()).findFirst().orElseThrow();
      System.out.printf(
          Locale.ROOT,
          "| %d | %s | %.3f | %.2f | %.1f | %.0f | %s |%n",
          result.batch(),
          result.system(),
          result.secondsPerImage(),
          peer.secondsPerImage() / result.secondsPerImage(),
          result.secondsToOpen(),
          result.peakMegabytes(),
          agreement(peer.captions(), result.captions()));
    }
  }

  /** Equal captions, and of the others those whose scores differ by less than a tie. */
  private static String agreement(List<List<Object>> expected, List<List<Object>> found) {
    int same = 0;
    int tied = 0;
    for (int i = 0; i < expected.size(); i++) {
      if (expected.get(i).get(0).equals(found.get(i).get(0))) {
        same++;
      } else if (Math.abs(score(expected.get(i)) - score(found.get(i))) < TIE) {
        tied++;
      }
    }
    return "%d of %d, %d ties".formatted(same, expected.size(), tied);
  }

  private static double score(List<Object> caption) {
    return ((Number) caption.get(1)).doubleValue();
  }
}
