package io.github.close4j.internal.gap;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.metric.ModalityGap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How far the measures of a {@link ModalityGap} would move had other pairs been drawn: intervals
 * over resamples of the pairs with replacement, each of which holds its estimate.
 *
 * <p>A text and its image stay together. A pair is never unrelated to its own copies, and for
 * retrieval only the queries are resampled, not what they are looked up among: a copy of one's own
 * match would otherwise count as a rival.
 *
 * <p>Means, which resamples neither raise nor lower, have percentile intervals; the distance of the
 * means, a norm, which resamples raise, has that of {@link DistanceInterval}; and a recall of 0 or
 * 1, of which every resample is the same, has the exact one of a share.
 *
 * <p>Source: Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7,
 * 1979; for shares Clopper and Pearson, Biometrika 26, 1934.
 */
public final class GapBootstrap {
  private GapBootstrap() {}

  /** An estimate from the sample itself and the interval in which the true value is expected. */
  public record Interval(double estimate, double low, double high) {}

  /**
   * Computes the intervals. The same seed gives the same ones.
   *
   * @param text {@code [pairs, dimension]}, unit rows; only read
   * @param image {@code [pairs, dimension]}, unit rows, row {@code i} the image of text {@code i};
   *     only read
   * @param resamples how often the pairs are drawn anew, at least 1; 1000 is common
   * @param confidence the share of resamples inside an interval, above 0 and below 1, such as 0.95
   * @param seed the seed of the draws
   * @return an interval for each measure, unmodifiable
   * @throws IllegalArgumentException if the pairs are not as {@link ModalityGap#measure} asks, or
   *     {@code resamples} or {@code confidence} is out of range
   */
  @CheckReturnValue
  public static Map<GapMeasure, Interval> intervals(
      EmbeddingBatch text, EmbeddingBatch image, int resamples, double confidence, long seed) {
    if (resamples < 1) {
      throw new IllegalArgumentException("resamples: expected at least 1, found " + resamples);
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence: expected a share above 0 and below 1, found " + confidence);
    }
    GapSample sample = new GapSample(text, image);
    List<Resample> drawn = draw(sample, resamples, seed);
    int[] once = new int[sample.pairs()];
    Arrays.fill(once, 1);
    ModalityGap whole = sample.measure(once);
    double tail = (1 - confidence) / 2;
    Map<GapMeasure, Interval> intervals = new EnumMap<>(GapMeasure.class);
    for (GapMeasure measure : GapMeasure.values()) {
      intervals.put(measure, interval(measure, whole, drawn, sample.pairs(), tail));
    }
    return Collections.unmodifiableMap(intervals);
  }

  private static Interval interval(
      GapMeasure measure, ModalityGap whole, List<Resample> drawn, int pairs, double tail) {
    double estimate = measure.of(whole);
    double[] values = drawn.stream().mapToDouble(each -> measure.of(each.gap())).toArray();
    if (measure == GapMeasure.MEAN_DIFFERENCE_NORM) {
      double[] along = drawn.stream().mapToDouble(Resample::alongMeans).toArray();
      DistanceInterval distance = new DistanceInterval(estimate, values, along);
      return new Interval(estimate, Math.min(estimate, distance.low(tail)), distance.high(tail));
    }
    if (measure.isShare() && (estimate == 0 || estimate == 1)) {
      double others = 1 - Math.pow(tail, 1.0 / pairs);
      return estimate == 0 ? new Interval(0, 0, others) : new Interval(1, 1 - others, 1);
    }
    Arrays.sort(values);
    return new Interval(
        estimate,
        Math.min(estimate, quantile(values, tail)),
        Math.max(estimate, quantile(values, 1 - tail)));
  }

  /**
   * A resample.
   *
   * @param gap its measures
   * @param alongMeans its mean difference, along that of the whole sample
   */
  private record Resample(ModalityGap gap, double alongMeans) {}

  private static List<Resample> draw(GapSample sample, int resamples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Resample> drawn = new ArrayList<>();
    double[] differences = sample.differencesAlongMeans();
    int[] counts = new int[sample.pairs()];
    for (int i = 0; i < resamples; i++) {
      // A resample of one pair alone has no unrelated pairs; it is as good as impossible.
      do {
        drawCounts(counts, random);
      } while (Arrays.stream(counts).max().orElse(0) == counts.length);
      double along = 0;
      for (int pair = 0; pair < counts.length; pair++) {
        along += counts[pair] * differences[pair] / counts.length;
      }
      drawn.add(new Resample(sample.measure(counts), along));
    }
    return drawn;
  }

  private static void drawCounts(int[] counts, SplittableRandom random) {
    Arrays.fill(counts, 0);
    for (int draw = 0; draw < counts.length; draw++) {
      counts[random.nextInt(counts.length)]++;
    }
  }

  /** Between two values the quantile is interpolated, as NumPy does. */
  private static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
