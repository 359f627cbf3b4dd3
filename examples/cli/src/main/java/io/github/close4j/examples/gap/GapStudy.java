package io.github.close4j.examples.gap;

import io.github.close4j.adapter.AdapterFitting;
import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.adapter.PairedStatistics;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.gap.GapBootstrap;
import io.github.close4j.internal.gap.GapBootstrap.Interval;
import io.github.close4j.internal.gap.GapMeasure;
import io.github.close4j.metric.ModalityGap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Adapters fitted on some pairs and judged on others. */
public final class GapStudy {
  private static final int RESAMPLES = 1000;
  private static final double CONFIDENCE = 0.95;
  private static final long SEED = 1;
  private static final double RIDGE = 1;
  private static final int NOISE_LEVELS = 17;
  private static final double NOISE_STEP = 0.02;

  private static final List<GapMeasure> SHOWN =
      List.of(
          GapMeasure.PAIR_COSINE,
          GapMeasure.UNRELATED_TEXT_COSINE,
          GapMeasure.UNRELATED_TEXT_IMAGE_COSINE,
          GapMeasure.MEAN_DIFFERENCE_NORM,
          GapMeasure.IMAGE_TO_TEXT_RECALL_AT_1,
          GapMeasure.IMAGE_TO_TEXT_RECALL_AT_5,
          GapMeasure.IMAGE_TO_TEXT_RECALL_AT_10,
          GapMeasure.TEXT_TO_IMAGE_RECALL_AT_1,
          GapMeasure.TEXT_TO_IMAGE_RECALL_AT_5,
          GapMeasure.TEXT_TO_IMAGE_RECALL_AT_10);

  private final VectorPairs judged;
  private final List<Row> rows = new ArrayList<>();

  /**
   * Texts that went through an adapter.
   *
   * @param name the adapter
   * @param text the judged texts after it
   * @param intervals each measure against the judged images, with its bootstrap interval
   */
  public record Row(String name, EmbeddingBatch text, Map<GapMeasure, Interval> intervals) {
    private String shown(GapMeasure measure) {
      Interval interval = intervals.get(measure);
      if (interval == null) {
        throw new IllegalStateException(
            "%s: expected an interval of %s, found %s"
                .formatted(name, measure, intervals.keySet()));
      }
      return String.format(
          Locale.ROOT, "%.3f (%.3f–%.3f)", interval.estimate(), interval.low(), interval.high());
    }
  }

  /**
   * Fits and judges.
   *
   * @param pairs the pairs
   * @param fitted how many of them, from the first on, adapters are fitted to
   * @throws IllegalArgumentException if fewer than 2 are fitted or judged
   */
  public GapStudy(VectorPairs pairs, int fitted) {
    if (fitted < 2 || fitted > pairs.count() - 2) {
      throw new IllegalArgumentException(
          "pairs to fit: expected 2 to %d of %d, found %d"
              .formatted(pairs.count() - 2, pairs.count(), fitted));
    }
    VectorPairs fitting = pairs.rows(0, fitted);
    judged = pairs.rows(fitted, pairs.count());
    PairedStatistics statistics = PairedStatistics.of(fitting.text(), fitting.image());
    add("none", judged.text());
    evaluate("mean shift", AdapterFitting.meanShift(statistics));
    train("covariance", AdapterFitting.shrunkCovarianceNoise(statistics));
    evaluate("linear, ridge 1", AdapterFitting.linear(statistics, RIDGE));
    for (double noiseStdDev : new double[] {0.04, 0.08, 0.12}) {
      train("Gaussian noise, σ " + noiseStdDev, new GaussianNoise(noiseStdDev));
    }
  }

  private void evaluate(String name, ModalityAdapter adapter) {
    EmbeddingBatch adapted = judged.text().copy();
    adapter.adaptForEvaluation(adapted);
    add(name, adapted);
  }

  private void train(String name, ModalityAdapter adapter) {
    add(name + " (as in training)", disturbed(adapter));
  }

  private EmbeddingBatch disturbed(ModalityAdapter adapter) {
    EmbeddingBatch adapted = judged.text().copy();
    long[] examples = LongStream.range(0, adapted.rows()).toArray();
    adapter.adaptForTraining(adapted, ExampleNoise.of(SEED, 0, examples));
    return adapted;
  }

  private void add(String name, EmbeddingBatch text) {
    rows.add(
        new Row(
            name, text, GapBootstrap.intervals(text, judged.image(), RESAMPLES, CONFIDENCE, SEED)));
  }

  /**
   * The texts before and after each adapter.
   *
   * @return no adapter first
   */
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /**
   * The judged pictures' vectors.
   *
   * @return [pairs, dimension]
   */
  public EmbeddingBatch images() {
    return judged.image();
  }

  /**
   * The gap at rising levels of Gaussian noise, 0 to 0.32.
   *
   * @return noise level to the gap of texts disturbed so much
   */
  public List<Map.Entry<Double, ModalityGap>> byNoise() {
    return IntStream.range(0, NOISE_LEVELS)
        .mapToObj(level -> level * NOISE_STEP)
        .map(
            noise ->
                Map.entry(
                    noise,
                    ModalityGap.measure(disturbed(new GaussianNoise(noise)), judged.image())))
        .toList();
  }

  /**
   * A Markdown table: a row an adapter, 95% intervals of {@value #RESAMPLES} resamples in brackets.
   *
   * @return its lines
   */
  public List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add("| adapter" + cells(SHOWN.stream().map(GapMeasure::title).toList()));
    lines.add("|---".repeat(SHOWN.size() + 1) + "|");
    for (Row row : rows) {
      lines.add("| " + row.name() + cells(SHOWN.stream().map(row::shown).toList()));
    }
    return lines;
  }

  private static String cells(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", " | ", " |"));
  }
}
