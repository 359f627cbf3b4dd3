package io.github.close4j.adapter;

/** The names in an adapter's file. */
final class Names {
  static final String KIND = "kind";
  static final String IDENTITY = "identity";
  static final String GAUSSIAN = "gaussian";
  static final String COSINE_BOUNDED = "cosine-bounded";
  static final String MEAN_SHIFT = "mean-shift";
  static final String LINEAR = "linear";
  static final String COVARIANCE_FIRST_RELEASE = "covariance-first-release";
  static final String COVARIANCE_HEAD = "covariance-head";
  static final String SEQUENCE = "sequence";

  static final String NOISE = "noiseStdDev";
  static final String MULTIPLIER = "multiplier";
  static final String NORMALIZED = "normalized";
  static final String MIN_COSINES = "minCosines";
  static final String ADAPTERS = "adapters";

  static final String SHIFT = "shift";
  static final String MATRIX = "matrix";
  static final String BIAS = "bias";
  static final String MEAN = "mean";
  static final String FACTOR = "factor";

  private Names() {}

  /** What stands before the tensor names of a sequence's member. */
  static String member(String prefix, int index) {
    return prefix + index + ".";
  }
}
