package io.github.close4j.examples.tables;

import io.github.close4j.adapter.AdapterFitting;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.adapter.PairedStatistics;
import java.util.Locale;
import java.util.function.Function;

/**
 * The modality adapter of a row, by name and number.
 *
 * @param kind what it does
 * @param strength how far a shift goes: times the mean difference, or the length of a random shift;
 *     1 for the others
 * @param pairs what it is fitted on; matters to fitted adapters alone
 * @param noiseStdDev σ on top
 */
record RowAdapter(Kind kind, double strength, PictureSet pairs, double noiseStdDev) {

  private static final long RANDOM_DIRECTION_SEED = 1;
  private static final double RIDGE_A_PAIR = 1e-5;

  enum Kind {
    NOISE,
    MEAN_SHIFT,
    RANDOM_SHIFT,
    COVARIANCE,
    LINEAR
  }

  static RowAdapter noise(double stdDev) {
    return new RowAdapter(Kind.NOISE, 1, PictureSet.HELD_OUT_PAIRS, stdDev);
  }

  static RowAdapter meanShift(double strength, double noiseStdDev) {
    return new RowAdapter(Kind.MEAN_SHIFT, strength, PictureSet.HELD_OUT_PAIRS, noiseStdDev);
  }

  static RowAdapter randomShift(double length, double noiseStdDev) {
    return new RowAdapter(Kind.RANDOM_SHIFT, length, PictureSet.HELD_OUT_PAIRS, noiseStdDev);
  }

  /** It has no isotropic noise. */
  static RowAdapter covariance(PictureSet pairs) {
    return new RowAdapter(Kind.COVARIANCE, 1, pairs, 0);
  }

  static RowAdapter linear(PictureSet pairs, double noiseStdDev) {
    return new RowAdapter(Kind.LINEAR, 1, pairs, noiseStdDev);
  }

  String name() {
    String noise = String.format(Locale.ROOT, "noise-%.2f", noiseStdDev);
    String what = PictureSet.fileWord(kind);
    return switch (kind) {
      case NOISE -> noise;
      case MEAN_SHIFT, RANDOM_SHIFT ->
          String.format(Locale.ROOT, "%s-%.1f-%s", what, strength, noise);
      case COVARIANCE, LINEAR -> what + "-" + PictureSet.fileWord(pairs) + "-" + noise;
    };
  }

  /**
   * Makes the adapter. Few captions leave some directions of their vectors empty: so least squares
   * have a slight penalty, {@value #RIDGE_A_PAIR} a pair where a component's mean variance is about
   * 0.002, and covariances Ledoit and Wolf's shrinkage.
   *
   * @param dimension the length of a vector
   * @param statistics gives the moments of pairs of a set
   */
  ModalityAdapter make(int dimension, Function<PictureSet, PairedStatistics> statistics) {
    GaussianNoise noise = new GaussianNoise(noiseStdDev);
    return switch (kind) {
      case NOISE -> ModalityAdapter.identity().then(noise);
      case MEAN_SHIFT ->
          AdapterFitting.meanShift(statistics.apply(pairs)).times(strength).then(noise);
      case RANDOM_SHIFT ->
          MeanShift.randomDirection(dimension, strength, RANDOM_DIRECTION_SEED).then(noise);
      case COVARIANCE ->
          AdapterFitting.shrunkCovarianceNoise(statistics.apply(pairs)).times(strength);
      case LINEAR -> {
        PairedStatistics moments = statistics.apply(pairs);
        yield AdapterFitting.linear(moments, RIDGE_A_PAIR * moments.pairs()).then(noise);
      }
    };
  }
}
