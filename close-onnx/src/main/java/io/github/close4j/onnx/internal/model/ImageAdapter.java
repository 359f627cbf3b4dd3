package io.github.close4j.onnx.internal.model;

import io.github.close4j.adapter.LinearAdapter;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.internal.tensor.Safetensors;

/**
 * A map {@code x -> A·x + b} that CLIP's vectors pass at run time, after they were normalised and
 * before the prefix. An affine one is folded into the prefix's projection when a model opens,
 * {@code W·(A·x + b) + c = (W·A)·x + (W·b + c)}, and so costs nothing; one that brings its result
 * back to the unit sphere runs inside the graph, as dividing by a norm is not affine.
 *
 * <p>Differs from the reference: there image vectors pass no adapter, as here by default.
 */
public final class ImageAdapter {
  /** Name of b, [clipDim], among the prefix's weights. */
  public static final String BIAS = "image_adapter.bias";

  /** Name of A, [clipDim, clipDim], among the prefix's weights. */
  public static final String MATRIX = "image_adapter.weight";

  /** What a map is made of. */
  public enum Kind {
    /** The identity. */
    NONE,
    /** {@code x + b}. */
    SHIFT,
    /** {@code A·x + b}. */
    LINEAR,
    /** {@code x + b}, brought back to norm 1. */
    NORMALIZED_SHIFT,
    /** {@code A·x + b}, brought back to norm 1. */
    NORMALIZED_LINEAR;

    /** Whether there is an A. */
    public boolean multiplies() {
      return this == LINEAR || this == NORMALIZED_LINEAR;
    }

    /** Whether the result is brought back to norm 1. */
    public boolean normalizes() {
      return this == NORMALIZED_SHIFT || this == NORMALIZED_LINEAR;
    }
  }

  private final Kind kind;
  private final float[] matrix;
  private final float[] bias;

  /** Arrays are kept; what the kind does not have is empty. */
  private ImageAdapter(Kind kind, float[] matrix, float[] bias) {
    this.kind = kind;
    this.matrix = matrix;
    this.bias = bias;
  }

  /** No adapter, as in the reference. */
  public static ImageAdapter none() {
    return new ImageAdapter(Kind.NONE, new float[0], new float[0]);
  }

  /**
   * The form for evaluation of a {@link MeanShift} or a {@link LinearAdapter}.
   *
   * @throws IllegalArgumentException if it is another adapter
   */
  public static ImageAdapter of(ModalityAdapter adapter) {
    if (adapter instanceof MeanShift shift) {
      return shift(shift);
    }
    if (adapter instanceof LinearAdapter linear) {
      return new ImageAdapter(
          linear.normalized() ? Kind.NORMALIZED_LINEAR : Kind.LINEAR,
          linear.matrix(),
          linear.bias());
    }
    throw new IllegalArgumentException(
        "image adapter: expected a MeanShift or a LinearAdapter, found " + adapter);
  }

  private static ImageAdapter shift(MeanShift shift) {
    float[] bias = shift.shift();
    for (int i = 0; i < bias.length; i++) {
      bias[i] = (float) (shift.multiplier() * bias[i]);
    }
    return new ImageAdapter(
        shift.normalized() ? Kind.NORMALIZED_SHIFT : Kind.SHIFT, new float[0], bias);
  }

  /** What the map is made of; {@link CaptionerConfig} names it. */
  public Kind kind() {
    return kind;
  }

  void requireDimension(int clipDim) {
    if (kind != Kind.NONE && bias.length != clipDim) {
      throw new IllegalArgumentException(
          "image adapter: expected one of %d components, as CLIP's vectors have, found %d"
              .formatted(clipDim, bias.length));
    }
  }

  /** Adds the map's numbers to the file {@link ModelFolder#PREFIX_WEIGHTS} in the making. */
  void addTo(Safetensors.Writer prefix) {
    if (kind.multiplies()) {
      prefix.add(MATRIX, matrix, bias.length, bias.length);
    }
    if (kind != Kind.NONE) {
      prefix.add(BIAS, bias, bias.length);
    }
  }
}
