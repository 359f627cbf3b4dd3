package io.github.close4j.examples.backbone;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.internal.tensor.TensorSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The convolutions of an EfficientNet-Lite up to its last feature map, without the classifier.
 *
 * <p>Every convolution of it is followed by a batch normalisation, whose mean and variance are of
 * ImageNet. It is folded into the convolution when the weights are read, so that what is left is
 * convolutions with a bias and ReLU6 between them: {@code w ← w·γ/√(v + ε)}, {@code b ← β − m·γ/√(v
 * + ε)}.
 *
 * <p>Source: "EfficientNet" (Tan and Le, ICML 2019, arXiv 1905.11946) and TensorFlow's {@code
 * efficientnet_lite_builder.py}: no squeeze-and-excitation, ReLU6, stem and head of fixed width.
 *
 * @param convolutions in the order in which they are computed
 */
public record EfficientNetLite(List<Convolution> convolutions) {
  /** Channels of the last feature map. */
  public static final int FEATURES = 1280;

  /** A feature map's edge is the picture's divided by this. */
  public static final int REDUCTION = 32;

  private static final int STEM = 32;
  private static final int DIVISOR = 8;
  private static final double EPS = 1e-3;

  /** Of one stage: repeats, kernel, stride of the first, expansion, channels after it. */
  private static final int[][] STAGES = {
    {1, 3, 1, 1, 16},
    {2, 3, 2, 6, 24},
    {2, 5, 2, 6, 40},
    {3, 3, 2, 6, 80},
    {3, 5, 1, 6, 112},
    {4, 5, 2, 6, 192},
    {1, 3, 1, 6, 320}
  };

  /** The published sizes. */
  private enum Size {
    LITE0(1.0, 1.0, 224),
    LITE1(1.0, 1.1, 240),
    LITE2(1.1, 1.2, 260),
    LITE3(1.2, 1.4, 280),
    LITE4(1.4, 1.8, 300);

    private final double width;
    private final double depth;

    /** Edge of the pictures that it was trained on, which decides where padding goes. */
    private final int edge;

    Size(double width, double depth, int edge) {
      this.width = width;
      this.depth = depth;
      this.edge = edge;
    }

    private int channels(int ofLite0) {
      double scaled = ofLite0 * width;
      int rounded = Math.max(DIVISOR, (int) (scaled + DIVISOR / 2.0) / DIVISOR * DIVISOR);
      return rounded < 0.9 * scaled ? rounded + DIVISOR : rounded;
    }

    private int repeats(int stage) {
      boolean isFixed = stage == 0 || stage == STAGES.length - 1;
      return isFixed ? STAGES[stage][0] : (int) Math.ceil(STAGES[stage][0] * depth);
    }
  }

  /**
   * One convolution.
   *
   * @param name the name of its weights; those of a block begin with the block's
   * @param normalization the name of the batch normalisation that is folded into it
   * @param in channels before it
   * @param out channels after it
   * @param kernel its kernel's edge
   * @param stride its stride
   * @param padBefore rows and columns of zeros before the picture
   * @param padAfter the same behind it
   * @param groups 1, or for a convolution of each channel alone {@code in}
   * @param activates whether ReLU6 follows
   * @param residual how many convolutions earlier its block began, whose input is added to the
   *     result; 0 for no addition
   */
  public record Convolution(
      String name,
      String normalization,
      int in,
      int out,
      int kernel,
      int stride,
      int padBefore,
      int padAfter,
      int groups,
      boolean activates,
      int residual) {

    /**
     * The dimensions of its weights.
     *
     * @return out, in of a group, kernel, kernel
     */
    public long[] weightShape() {
      return new long[] {out, in / groups, kernel, kernel};
    }
  }

  /** Walks from the picture to the last feature map. */
  private static final class Builder {
    private final List<Convolution> convolutions = new ArrayList<>();
    private int edge;
    private int channels = 3;

    private Builder(int edge) {
      this.edge = edge;
    }

    private void add(
        String name,
        String normalization,
        int out,
        int kernel,
        int stride,
        boolean eachAlone,
        boolean activates,
        int residual) {
      int outEdge = (edge + stride - 1) / stride;
      int padding = Math.max(0, (outEdge - 1) * stride + kernel - edge);
      int groups = eachAlone ? channels : 1;
      convolutions.add(
          new Convolution(
              name,
              normalization,
              channels,
              out,
              kernel,
              stride,
              padding / 2,
              padding - padding / 2,
              groups,
              activates,
              residual));
      channels = out;
      edge = outEdge;
    }

    private void block(int number, int kernel, int stride, int expansion, int out) {
      String name = "_blocks." + number + ".";
      int in = channels;
      boolean isResidual = stride == 1 && in == out;
      int first = convolutions.size();
      if (expansion != 1) {
        add(name + "_expand_conv", name + "_bn0", in * expansion, 1, 1, false, true, 0);
      }
      add(name + "_depthwise_conv", name + "_bn1", channels, kernel, stride, true, true, 0);
      int back = isResidual ? convolutions.size() - first : 0;
      add(name + "_project_conv", name + "_bn2", out, 1, 1, false, false, back);
    }
  }

  /** The network of a published size, 0 to 4. */
  static EfficientNetLite ofSize(int number) {
    return of(Size.values()[number]);
  }

  private static EfficientNetLite of(Size size) {
    Builder builder = new Builder(size.edge);
    builder.add("_conv_stem", "_bn0", STEM, 3, 2, false, true, 0);
    int number = 0;
    for (int stage = 0; stage < STAGES.length; stage++) {
      int[] s = STAGES[stage];
      int out = size.channels(s[4]);
      for (int i = 0; i < size.repeats(stage); i++) {
        builder.block(number++, s[1], i == 0 ? s[2] : 1, s[3], out);
      }
    }
    builder.add("_conv_head", "_bn1", FEATURES, 1, 1, false, true, 0);
    return new EfficientNetLite(List.copyOf(builder.convolutions));
  }

  /**
   * The network that a file of weights is of.
   *
   * @throws UnusableFileException if it is of none of the published sizes
   */
  public static EfficientNetLite of(TensorSource file) {
    return Stream.of(Size.values())
        .map(EfficientNetLite::of)
        .filter(network -> network.fits(file))
        .findFirst()
        .orElseThrow(
            () ->
                new UnusableFileException(
                    file.file(),
                    "expected the weights of an EfficientNet-Lite (0 to 4), found none of them"));
  }

  /**
   * Where the last two stages begin, in which maps have a 32nd of the picture's edge: with a block
   * that expands, then reduces.
   *
   * @return how many convolutions are before them
   */
  public int beforeLastReduction() {
    int last = convolutions.size() - 1;
    while (convolutions.get(last).stride() == 1) {
      last--;
    }
    return last - 1;
  }

  private boolean fits(TensorSource file) {
    long blocks = convolutions.stream().filter(c -> c.name().contains("_depthwise")).count();
    return !file.names().contains("_blocks." + blocks + "._depthwise_conv.weight")
        && convolutions.stream()
            .allMatch(
                c ->
                    file.names().contains(c.name() + ".weight")
                        && Arrays.equals(
                            file.tensor(c.name() + ".weight").shape(), c.weightShape()));
  }

  /**
   * Weights and biases with the batch normalisations folded in.
   *
   * @return {@code NAME.weight} and {@code NAME.bias} of each convolution, row-major
   * @throws UnusableFileException if a tensor is missing or misshapen
   */
  public Map<String, float[]> folded(TensorSource file) {
    Map<String, float[]> folded = new LinkedHashMap<>();
    for (Convolution c : convolutions) {
      float[] weight = file.tensor(c.name() + ".weight").toFloatArray();
      float[] gain = channels(file, c, ".weight");
      float[] shift = channels(file, c, ".bias");
      float[] mean = channels(file, c, ".running_mean");
      float[] variance = channels(file, c, ".running_var");
      int each = weight.length / c.out();
      float[] bias = new float[c.out()];
      for (int out = 0; out < c.out(); out++) {
        double factor = gain[out] / Math.sqrt(variance[out] + EPS);
        bias[out] = (float) (shift[out] - mean[out] * factor);
        for (int i = out * each; i < (out + 1) * each; i++) {
          weight[i] = (float) (weight[i] * factor);
        }
      }
      folded.put(c.name() + ".weight", weight);
      folded.put(c.name() + ".bias", bias);
    }
    return folded;
  }

  private static float[] channels(TensorSource file, Convolution c, String suffix) {
    StoredTensor tensor = file.tensor(c.normalization() + suffix);
    if (!Arrays.equals(tensor.shape(), new long[] {c.out()})) {
      throw new UnusableFileException(
          file.file(),
          "tensor '%s': expected %d values, found shape %s"
              .formatted(c.normalization() + suffix, c.out(), Arrays.toString(tensor.shape())));
    }
    return tensor.toFloatArray();
  }
}
