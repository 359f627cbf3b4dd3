package io.github.close4j.onnx.internal.model;

import io.github.close4j.adapter.LinearAdapter;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.internal.tensor.FloatTensor;
import java.util.Map;

/**
 * An affine map {@code x -> A·x + b} that CLIP's vectors pass at run time, after they were
 * normalised and before the prefix. When a model opens, the map is folded into the prefix's
 * projection, {@code W·(A·x + b) + c = (W·A)·x + (W·b + c)}, and so costs nothing.
 *
 * <p>The result is not brought back to the unit sphere: dividing by a norm is not affine.
 *
 * <p>Differs from the reference: there image vectors pass no adapter, as here by default.
 */
public final class ImageAdapter {
  /** Name of b, [clipDim], among the prefix's weights. */
  public static final String BIAS = "image_adapter.bias";

  /** Name of A, [clipDim, clipDim], among the prefix's weights. */
  public static final String MATRIX = "image_adapter.weight";

  private final Kind kind;
  private final Map<String, FloatTensor> tensors;

  /** What a map is made of. */
  public enum Kind {
    /** The identity. */
    NONE,
    /** {@code x + b}. */
    SHIFT,
    /** {@code A·x + b}. */
    LINEAR
  }

  private ImageAdapter(Kind kind, Map<String, FloatTensor> tensors) {
    this.kind = kind;
    this.tensors = tensors;
  }

  /**
   * No adapter, as in the reference.
   *
   * @return the identity
   */
  public static ImageAdapter none() {
    return new ImageAdapter(Kind.NONE, Map.of());
  }

  /**
   * A mean shift: {@code b = s·μ}. To bring pictures towards texts, s is negative where μ is the
   * mean of image minus text.
   *
   * @param shift the shift
   * @return the map
   * @throws IllegalArgumentException if the shift normalises its result, which is not affine
   */
  public static ImageAdapter of(MeanShift shift) {
    requireAffine("mean shift", shift.normalized());
    float[] mean = shift.shift();
    float[] bias = new float[mean.length];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = (float) (shift.multiplier() * mean[i]);
    }
    return new ImageAdapter(Kind.SHIFT, Map.of(BIAS, new FloatTensor(bias, bias.length)));
  }

  /**
   * A linear map.
   *
   * @param adapter gives A and b
   * @return the map
   * @throws IllegalArgumentException if the adapter normalises its result, which is not affine
   */
  public static ImageAdapter of(LinearAdapter adapter) {
    requireAffine("linear adapter", adapter.normalized());
    int dimension = adapter.dimension();
    return new ImageAdapter(
        Kind.LINEAR,
        Map.of(
            MATRIX, new FloatTensor(adapter.matrix(), dimension, dimension),
            BIAS, new FloatTensor(adapter.bias(), dimension)));
  }

  private static void requireAffine(String what, boolean normalized) {
    if (normalized) {
      throw new IllegalArgumentException(
          what + ": expected one without normalisation, which is not affine, found one with");
    }
  }

  /**
   * What the map is made of; {@link CaptionerConfig} names it.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The map's numbers, which belong to the file {@link ModelDirectory#PREFIX_WEIGHTS}.
   *
   * @return an unmodifiable map, empty for {@link Kind#NONE}
   */
  public Map<String, FloatTensor> tensors() {
    return tensors;
  }
}
