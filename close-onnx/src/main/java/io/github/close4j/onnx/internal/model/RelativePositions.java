package io.github.close4j.onnx.internal.model;

/**
 * T5's buckets of relative positions (Raffel et al. 2020, section 2.1): exact for near keys,
 * logarithmic for far ones, one bucket from the maximum distance on.
 *
 * <p>Source: {@code _relative_position_bucket} of Hugging Face's T5, 32-bit arithmetic included.
 */
public final class RelativePositions {
  private final int buckets;
  private final int maxDistance;

  /**
   * Buckets of a model.
   *
   * @param config gives the number of buckets and the maximum distance
   */
  public RelativePositions(T5Config config) {
    this.buckets = config.relativeBuckets();
    this.maxDistance = config.relativeMaxDistance();
  }

  /**
   * Bucket in the encoder, which looks both ways.
   *
   * @param relative key position minus query position
   * @return a bucket, from 0
   */
  public int encoderBucket(int relative) {
    int half = buckets / 2;
    return (relative > 0 ? half : 0) + bucket(Math.abs(relative), half);
  }

  /**
   * Bucket in the decoder, which looks back only.
   *
   * @param relative key position minus query position; positive ones count as 0
   * @return a bucket, from 0
   */
  public int decoderBucket(int relative) {
    return bucket(Math.max(-relative, 0), buckets);
  }

  private int bucket(int distance, int count) {
    int exact = count / 2;
    if (distance < exact) {
      return distance;
    }
    float logarithm = (float) Math.log((float) distance / exact);
    float span = (float) Math.log((double) maxDistance / exact);
    return Math.min(count - 1, exact + (int) (logarithm / span * (count - exact)));
  }
}
