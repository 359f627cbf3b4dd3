package io.github.close4j.onnx.internal.session;

import io.github.close4j.image.ClipImageProcessor;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures what {@link Precision}s cost a model on given pictures. One graph is open at a time, so
 * that memory for one is enough.
 */
public final class PrecisionComparison {
  private final ModelFolder model;
  private final Path directory;
  private final InferenceOptions options;
  private final Decoding decoding;
  private final List<BufferedImage> pictures;
  private final List<Stages> exact;
  private final List<String> exactCaptions;

  /**
   * What a precision costs: a model's numbers in it against the same in 32-bit floats, for the same
   * pictures. Errors are magnitudes of differences.
   *
   * @param precision the precision
   * @param pictures how many pictures were compared
   * @param leastCosine least cosine of a picture's two CLIP vectors
   * @param largestVectorError of a component of a CLIP vector, which has norm 1
   * @param largestPrefixError of a component of the prefix
   * @param largestLogitError of a logit of the first word
   * @param meanLogitError the mean over all logits of the first word
   * @param equalFirstTokens pictures whose likeliest first token is the same
   * @param equalCaptions pictures whose best caption is the same
   */
  public record Errors(
      Precision precision,
      int pictures,
      double leastCosine,
      double largestVectorError,
      double largestPrefixError,
      double largestLogitError,
      double meanLogitError,
      int equalFirstTokens,
      int equalCaptions) {}

  /** One picture's numbers on the way to its caption. */
  private record Stages(float[] vector, float[] prefix, float[] logits) {}

  private PrecisionComparison(
      Path directory, List<BufferedImage> pictures, Decoding decoding, InferenceOptions options) {
    this.directory = directory;
    this.model = ModelFolder.open(directory);
    this.options = options;
    this.decoding = decoding;
    this.pictures = List.copyOf(pictures);
    this.exact = stages(Precision.FLOAT32);
    this.exactCaptions = captions(Precision.FLOAT32);
  }

  /**
   * Runs a model in 32-bit floats, to compare with.
   *
   * @param directory the model directory
   * @param pictures the pictures, at least one
   * @param decoding how to caption them
   * @param options how to use the machine; the precision is of no account
   * @return what other precisions are compared with; holds nothing native
   * @throws IllegalArgumentException if there is no picture
   * @throws io.github.close4j.UnusableFileException if the directory is not a sound model
   * @throws io.github.close4j.onnx.InferenceException if a GPU was asked for and cannot be used
   */
  public static PrecisionComparison of(
      Path directory, List<BufferedImage> pictures, Decoding decoding, InferenceOptions options) {
    if (pictures.isEmpty()) {
      throw new IllegalArgumentException("pictures: expected at least one, found none");
    }
    return new PrecisionComparison(directory, pictures, decoding, options);
  }

  /**
   * Runs the model in another precision.
   *
   * @param precision the precision
   * @return its errors
   * @throws io.github.close4j.UnusableFileException if a weight has no value in that precision
   * @throws IllegalArgumentException if the model is made of exported graphs, which have a
   *     precision of their own
   */
  public Errors measure(Precision precision) {
    List<Stages> found = stages(precision);
    List<String> captions = captions(precision);
    double leastCosine = 1;
    double vectorError = 0;
    double prefixError = 0;
    double logitError = 0;
    double logitErrors = 0;
    long logits = 0;
    int equalTokens = 0;
    int equalCaptions = 0;
    for (int i = 0; i < found.size(); i++) {
      Stages one = exact.get(i);
      Stages other = found.get(i);
      leastCosine = Math.min(leastCosine, cosine(one.vector, other.vector));
      vectorError = Math.max(vectorError, largest(one.vector, other.vector));
      prefixError = Math.max(prefixError, largest(one.prefix, other.prefix));
      logitError = Math.max(logitError, largest(one.logits, other.logits));
      logitErrors += sum(one.logits, other.logits);
      logits += one.logits.length;
      equalTokens += likeliest(one.logits) == likeliest(other.logits) ? 1 : 0;
      equalCaptions += exactCaptions.get(i).equals(captions.get(i)) ? 1 : 0;
    }
    return new Errors(
        precision,
        found.size(),
        leastCosine,
        vectorError,
        prefixError,
        logitError,
        logitErrors / logits,
        equalTokens,
        equalCaptions);
  }

  private List<Stages> stages(Precision precision) {
    CaptionGraph graph = CaptionGraph.of(model, precision, false);
    ClipImageProcessor processor = model.config().preprocessing().processor();
    int edge = model.config().preprocessing().imageSize();
    List<Stages> all = new ArrayList<>();
    try (Sessions<Precision> sessions =
        new Sessions<>("model", options.device(options.device().chosen()))) {
      GraphSession session = sessions.get(precision, graph::stages);
      for (BufferedImage picture : pictures) {
        float[] pixels = new float[processor.outputLength()];
        processor.process(picture, pixels, 0);
        all.add(
            session.run(
                Map.of("pixels", InputTensor.of(pixels, 1, 3, edge, edge)),
                outputs ->
                    new Stages(
                        outputs.floats("vectors"),
                        outputs.floats("prefix"),
                        outputs.floats("logits"))));
      }
    }
    return all;
  }

  private List<String> captions(Precision precision) {
    List<CaptionInput> inputs = pictures.stream().map(CaptionInput::of).toList();
    try (Captioner captioner = Captioner.open(directory, options.precision(precision))) {
      return captioner.caption(inputs, decoding).stream().map(all -> all.get(0).text()).toList();
    }
  }

  private static double cosine(float[] one, float[] other) {
    double product = 0;
    double norms = 0;
    double otherNorms = 0;
    for (int i = 0; i < one.length; i++) {
      product += (double) one[i] * other[i];
      norms += (double) one[i] * one[i];
      otherNorms += (double) other[i] * other[i];
    }
    return product / Math.sqrt(norms * otherNorms);
  }

  private static double largest(float[] one, float[] other) {
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs((double) one[i] - other[i]));
    }
    return largest;
  }

  private static double sum(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += Math.abs((double) one[i] - other[i]);
    }
    return sum;
  }

  private static int likeliest(float[] logits) {
    int likeliest = 0;
    for (int i = 1; i < logits.length; i++) {
      likeliest = logits[i] > logits[likeliest] ? i : likeliest;
    }
    return likeliest;
  }
}
