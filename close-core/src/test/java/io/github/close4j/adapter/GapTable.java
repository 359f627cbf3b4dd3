package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.embedding.NpyFile;
import io.github.close4j.metric.GapBootstrap;
import io.github.close4j.metric.GapMeasure;
import io.github.close4j.metric.Interval;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Prints the gap before and after each adapter as a Markdown table: the first pairs fit, the others
 * judge. Intervals hold 95% of 1000 resamples of the judging pairs.
 *
 * <p>Arguments: text.npy, image.npy, number of fitting pairs.
 */
final class GapTable {
  private static final List<GapMeasure> SHOWN =
      List.of(
          GapMeasure.PAIR_COSINE,
          GapMeasure.UNRELATED_TEXT_COSINE,
          GapMeasure.UNRELATED_TEXT_IMAGE_COSINE,
          GapMeasure.MEAN_DIFFERENCE_NORM,
          GapMeasure.IMAGE_TO_TEXT_RECALL_AT_1,
          GapMeasure.TEXT_TO_IMAGE_RECALL_AT_1);

  private GapTable() {}

  public static void main(String[] args) {
    EmbeddingBatch texts = NpyFile.read(Path.of(args[0])).toBatch();
    EmbeddingBatch images = NpyFile.read(Path.of(args[1])).toBatch();
    int fitting = Integer.parseInt(args[2]);
    PairedStatistics statistics =
        PairedStatistics.of(rows(texts, 0, fitting), rows(images, 0, fitting));
    EmbeddingBatch text = rows(texts, fitting, texts.rows());
    EmbeddingBatch image = rows(images, fitting, images.rows());
    CovarianceEstimate wolf = CovarianceEstimate.ledoitWolf(statistics);
    Map<String, EmbeddingBatch> rows = new LinkedHashMap<>();
    rows.put("before", text);
    rows.put(
        "mean shift, covariance (evaluation)",
        evaluated(AdapterFitting.meanShift(statistics, 1, true, 0), text));
    rows.put(
        "covariance, Ledoit-Wolf %.3f (training)".formatted(wolf.shrinkage()),
        trained(AdapterFitting.covarianceFirstRelease(statistics, wolf, 1), text));
    for (double ridge : new double[] {0.1, 1, 10}) {
      rows.put(
          "linear, ridge " + ridge,
          evaluated(AdapterFitting.linear(statistics, ridge, true, 0), text));
    }
    for (double noiseStdDev : new double[] {0.04, 0.08, 0.12}) {
      rows.put(
          "Gaussian, std. dev. %s (training)".formatted(noiseStdDev),
          trained(new GaussianNoise(noiseStdDev), text));
    }
    System.out.println("| adapter | " + join(SHOWN.stream().map(GapMeasure::title).toList()));
    System.out.println("|---".repeat(SHOWN.size() + 1) + "|");
    rows.forEach((name, batch) -> System.out.println("| " + name + " | " + row(batch, image)));
  }

  private static String row(EmbeddingBatch text, EmbeddingBatch image) {
    Map<GapMeasure, Interval> intervals = GapBootstrap.intervals(text, image, 1000, 0.95, 1);
    return join(
        SHOWN.stream()
            .map(measure -> show(Objects.requireNonNull(intervals.get(measure))))
            .toList());
  }

  private static String show(Interval interval) {
    return String.format(
        Locale.ROOT, "%.3f (%.3f-%.3f)", interval.estimate(), interval.low(), interval.high());
  }

  private static String join(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "", " |"));
  }

  private static EmbeddingBatch evaluated(ModalityAdapter adapter, EmbeddingBatch text) {
    EmbeddingBatch adapted = text.copy();
    adapter.adaptForEvaluation(adapted);
    return adapted;
  }

  private static EmbeddingBatch trained(ModalityAdapter adapter, EmbeddingBatch text) {
    EmbeddingBatch adapted = text.copy();
    long[] examples = LongStream.range(0, text.rows()).toArray();
    adapter.adaptForTraining(adapted, ExampleNoise.of(1, 0, examples));
    return adapted;
  }

  private static EmbeddingBatch rows(EmbeddingBatch batch, int from, int to) {
    int dimension = batch.dimension();
    float[] part = Arrays.copyOfRange(batch.values(), from * dimension, to * dimension);
    EmbeddingBatch rows = EmbeddingBatch.wrap(part, dimension);
    rows.normalize();
    return rows;
  }
}
