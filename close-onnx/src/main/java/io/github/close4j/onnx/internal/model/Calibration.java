package io.github.close4j.onnx.internal.model;

import io.github.close4j.UnusableFileException;
import io.github.close4j.adapter.CovarianceNoise;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How far a captioner's captions are to be trusted, as it was found on pictures that people had
 * described. Of a caption count three numbers, its {@link Evidence}; they make its confidence,
 *
 * <pre>
 *   z          = intercept + a · log-probability a token + b · cosine
 *   confidence = 1 / (1 + exp(−z)) · min(1, exp(−(distance − usual) / excess))
 * </pre>
 *
 * <p>The first factor is a logistic regression: how often a caption like this was right. The second
 * is 1 for a picture that lies no farther from its caption than usual ones do; beyond, where a
 * caption is unsure, it is the share of those unusual pictures that lie as far, their distances
 * taken as exponentially distributed. It is what tells a picture of another world than the model's:
 * that has a caption too, which may be likely and near by the cosine, but the way from the one to
 * the other leads where no usual one does. Immutable and thread-safe.
 */
public final class Calibration {
  private static final String GAP_MEAN = "gap.mean";
  private static final String GAP_FACTOR = "gap.factor";

  /** The numbers under their names, in the order in which {@link Numbers} takes them. */
  private static final String[] NAMES = {
    "intercept", "per_log_probability", "per_cosine", "usual_distance", "mean_excess"
  };

  private final Gap gap;
  private final Numbers numbers;

  /** A calibration of what was fitted. */
  public Calibration(Gap gap, Numbers numbers) {
    this.gap = gap;
    this.numbers = numbers;
  }

  /**
   * What speaks for and against a caption.
   *
   * @param logProbability natural logarithm of the probability of a token, the mean over the
   *     caption's: at most 0
   * @param cosine of CLIP's vectors of caption and picture
   * @param distance of the two vectors: see {@link Gap}
   */
  public record Evidence(double logProbability, double cosine, double distance) {}

  /**
   * The fitted numbers.
   *
   * @param intercept of the logistic regression
   * @param perLogProbability its weight of the log-probability a token
   * @param perCosine its weight of the cosine
   * @param usualDistance beyond which a caption is unsure, above 0
   * @param meanExcess by how much the distances of unusual pictures were beyond it, above 0
   */
  public record Numbers(
      double intercept,
      double perLogProbability,
      double perCosine,
      double usualDistance,
      double meanExcess) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not finite or out of range
     */
    public Numbers {
      requireBetween("intercept", -Double.MAX_VALUE, Double.MAX_VALUE, intercept);
      requireBetween("perLogProbability", -Double.MAX_VALUE, Double.MAX_VALUE, perLogProbability);
      requireBetween("perCosine", -Double.MAX_VALUE, Double.MAX_VALUE, perCosine);
      requireBetween("usualDistance", Double.MIN_VALUE, Double.MAX_VALUE, usualDistance);
      requireBetween("meanExcess", Double.MIN_VALUE, Double.MAX_VALUE, meanExcess);
    }

    private static void requireBetween(String what, double least, double most, double found) {
      if (!(found >= least && found <= most)) {
        throw new IllegalArgumentException(
            "%s: expected %s to %s, found %s".formatted(what, least, most, found));
      }
    }

    /** How far a caption is to be trusted, 0 to 1. */
    public double confidence(Evidence of) {
      double z = intercept + perLogProbability * of.logProbability() + perCosine * of.cosine();
      double foreign = Math.max(0, of.distance() - usualDistance) / meanExcess;
      return Math.exp(-foreign) / (1 + Math.exp(-z));
    }

    /** Whether a caption's picture lies farther from it than usual; so does one without a place. */
    public boolean isUnsure(Evidence of) {
      return !(of.distance() <= usualDistance);
    }
  }

  /**
   * The usual way from a caption's vector to its picture's: the modality gap, as {@link
   * CovarianceNoise} has it, with mean μ and covariance {@code Σ = L·Lᵀ}. A pair's distance is
   * Mahalanobis's, a component: {@code |L⁻¹·(image − text − μ)| / √d}, about 1 for usual pairs.
   */
  public static final class Gap {
    private final float[] mean;
    private final float[] factor;

    /**
     * A gap as it was fitted to pairs.
     *
     * @throws IllegalArgumentException if the factor has a diagonal element that is not above 0
     */
    public Gap(CovarianceNoise fitted) {
      this.mean = fitted.mean();
      this.factor = fitted.factor();
      for (int i = 0; i < mean.length; i++) {
        if (!(factor[i * mean.length + i] > 0)) {
          throw new IllegalArgumentException(
              "gap.factor, row %d: expected a diagonal above 0, found %s"
                  .formatted(i, factor[i * mean.length + i]));
        }
      }
    }

    /**
     * What is to be known of a caption.
     *
     * @param logProbability of the whole caption
     * @param tokens of the caption, at least 1
     * @param text CLIP's vector of the caption, [d], of any norm but 0
     * @param image CLIP's vector of the picture, [d], of any norm but 0
     */
    public Evidence evidence(double logProbability, int tokens, float[] text, float[] image) {
      double[] difference = new double[mean.length];
      double textNorm = norm(text);
      double imageNorm = norm(image);
      double cosine = 0;
      for (int i = 0; i < difference.length; i++) {
        cosine += text[i] / textNorm * (image[i] / imageNorm);
        difference[i] = image[i] / imageNorm - text[i] / textNorm - mean[i];
      }
      return new Evidence(logProbability / tokens, cosine, length(difference));
    }

    /** {@code |L⁻¹·x| / √d}, row by row from the first on. */
    private double length(double[] x) {
      double[] solved = new double[x.length];
      double squares = 0;
      for (int row = 0; row < x.length; row++) {
        double rest = x[row];
        for (int column = 0; column < row; column++) {
          rest -= factor[row * x.length + column] * solved[column];
        }
        solved[row] = rest / factor[row * x.length + row];
        squares += solved[row] * solved[row];
      }
      return Math.sqrt(squares / x.length);
    }

    private static double norm(float[] vector) {
      double squares = 0;
      for (float component : vector) {
        squares += (double) component * component;
      }
      return Math.sqrt(squares);
    }
  }

  /** Of what is trusted how far. */
  public Gap gap() {
    return gap;
  }

  /** The fitted numbers. */
  public Numbers numbers() {
    return numbers;
  }

  void requireDimension(int clipDim) {
    if (gap.mean.length != clipDim) {
      throw new IllegalArgumentException(
          "calibration: expected one of %d components, as CLIP's vectors have, found %d"
              .formatted(clipDim, gap.mean.length));
    }
  }

  // On disk -----------------------------------------------------------------------------------

  /**
   * Reads a calibration.
   *
   * @param file a file that {@link #write} wrote
   * @param clipDim components of CLIP's vectors
   * @throws UnusableFileException if it is not sound, or of another dimension
   */
  static Calibration read(Path file, int clipDim) {
    Safetensors tensors = Safetensors.open(file);
    float[] mean = tensor(tensors, DataType.F32, GAP_MEAN, clipDim).toFloatArray();
    float[] factor = tensor(tensors, DataType.F32, GAP_FACTOR, clipDim, clipDim).toFloatArray();
    double[] n = new double[NAMES.length];
    for (int i = 0; i < n.length; i++) {
      n[i] = tensor(tensors, DataType.F64, NAMES[i], 1).toDoubleArray()[0];
    }
    try {
      return new Calibration(
          new Gap(new CovarianceNoise(mean, factor)), new Numbers(n[0], n[1], n[2], n[3], n[4]));
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static StoredTensor tensor(
      Safetensors tensors, DataType type, String name, long... shape) {
    StoredTensor tensor = tensors.tensor(name);
    if (tensor.type() != type || !Arrays.equals(tensor.shape(), shape)) {
      throw new UnusableFileException(
          tensors.file(),
          "tensor '%s': expected %s%s, found %s%s"
              .formatted(
                  name,
                  type,
                  Arrays.toString(shape),
                  tensor.type(),
                  Arrays.toString(tensor.shape())));
    }
    return tensor;
  }

  /**
   * Writes a calibration, whole or not at all.
   *
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  void write(Path file) {
    int dimension = gap.mean.length;
    double[] n = {
      numbers.intercept(),
      numbers.perLogProbability(),
      numbers.perCosine(),
      numbers.usualDistance(),
      numbers.meanExcess()
    };
    Safetensors.Writer writer =
        new Safetensors.Writer(DataType.F32)
            .add(GAP_MEAN, gap.mean, dimension)
            .add(GAP_FACTOR, gap.factor, dimension, dimension);
    for (int i = 0; i < n.length; i++) {
      writer.add(NAMES[i], new double[] {n[i]}, 1);
    }
    writer.write(file);
  }
}
