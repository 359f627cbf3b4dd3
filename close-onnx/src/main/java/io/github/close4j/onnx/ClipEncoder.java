package io.github.close4j.onnx;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.internal.checkpoint.WeightFiles;
import io.github.close4j.onnx.internal.exported.ExportedTowers;
import io.github.close4j.onnx.internal.exported.ExportedWeights;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.ClipFeatureGraphs;
import io.github.close4j.onnx.internal.graph.ExportedGraphs;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.session.DeviceProbe;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Lifetime;
import io.github.close4j.onnx.internal.session.SessionSettings;
import io.github.close4j.onnx.internal.session.Sessions;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A frozen CLIP: texts and pictures to feature vectors. Thread-safe.
 *
 * <p>Features are as CLIP puts them out, <em>not</em> normalised: the vector of an example with
 * several captions is the mean of such features (CLOSE's reference: {@code TextualEntailment} and
 * captioning datasets), normalised afterwards.
 */
public final class ClipEncoder implements AutoCloseable {
  private final ClipFiles files;
  private final ClipFeatureGraphs graphs;
  private final ClipEncoderOptions options;
  private final ActiveDevice device;
  private final PictureBatches pictures;
  private final TextTokenizer tokenizer;
  private final Sessions<Tower> sessions;
  private final Lifetime lifetime = new Lifetime("encoder");

  private enum Tower {
    VISION,
    TEXT
  }

  private ClipEncoder(
      ClipFiles files,
      ClipFeatureGraphs graphs,
      TextTokenizer tokenizer,
      ClipEncoderOptions options,
      ActiveDevice device) {
    this.files = files;
    this.graphs = graphs;
    this.tokenizer = tokenizer;
    this.options = options;
    this.device = device;
    this.sessions = new Sessions<>(new SessionSettings(options.threads(), true, true, device));
    this.pictures = new PictureBatches(files.preprocessing(), options.threads());
  }

  /**
   * Opens a CLIP on the processor, in 32-bit floats.
   *
   * @param files its files
   * @param threads threads of one operation and of preparing pictures; 0 takes one a core
   * @return the encoder; the caller closes it
   * @throws io.github.close4j.UnusableFileException if a file is missing or does not fit
   * @throws IllegalArgumentException if {@code threads < 0}
   */
  public static ClipEncoder open(ClipFiles files, int threads) {
    return open(files, ClipEncoderOptions.defaults().threads(threads));
  }

  /**
   * Opens a CLIP.
   *
   * @param files its files
   * @param options how to use the machine
   * @return the encoder; the caller closes it
   * @throws io.github.close4j.UnusableFileException if a file is missing or does not fit
   * @throws IllegalArgumentException if the CLIP is of exported graphs and the precision is not
   *     {@link Precision#FLOAT32}
   * @throws io.github.close4j.onnx.DeviceException if CUDA was asked for and cannot be used; the
   *     message names the missing library, driver or artifact
   */
  public static ClipEncoder open(ClipFiles files, ClipEncoderOptions options) {
    ActiveDevice device = DeviceProbe.activate(options.device());
    ClipFeatureGraphs graphs = graphs(files, options.precision());
    graphs.requireWeights();
    TextTokenizer tokenizer =
        Tokenizers.open(
            files.tokenizer(),
            files.config().text().contextLength(),
            files.config().text().endTokenId());
    return new ClipEncoder(files, graphs, tokenizer, options, device);
  }

  private static ClipFeatureGraphs graphs(ClipFiles files, Precision precision) {
    if (files.graphs().isEmpty()) {
      WeightBank weights =
          new WeightBank(precision).add(CaptionGraph.CLIP, WeightFiles.open(files.weights()));
      return new ClipFeatureGraphs(files.config(), weights);
    }
    ModelGraphs.requireExportedPrecision(precision);
    ExportedWeights exported = new ExportedWeights(ExportedTowers.read(files.graphs()));
    return new ClipFeatureGraphs(
        files.config(),
        new WeightBank().add(CaptionGraph.CLIP, exported),
        new ExportedGraphs(ExportedGraphs.Clip.of(exported.graphs()), null));
  }

  /**
   * Length of a vector.
   *
   * @return CLIP's projection dimension
   */
  public int dimension() {
    return files.config().projectionDim();
  }

  /**
   * What features are computed on: the choice that {@code Device.auto()} made, and why.
   *
   * @return the device
   */
  public ActiveDevice device() {
    return device;
  }

  /**
   * Text features.
   *
   * @param texts the texts; each is cut to CLIP's context length, keeping the end token
   * @return a row a text, [texts, dimension], not normalised
   * @throws NullPointerException if one is null
   * @throws io.github.close4j.onnx.DeviceException if this encoder is on a GPU and ONNX Runtime
   *     left some of the first run's work to the processor
   * @throws IllegalStateException if this encoder is closed
   */
  public EmbeddingBatch texts(List<String> texts) {
    return lifetime.use(() -> encodeTexts(List.copyOf(texts)));
  }

  private EmbeddingBatch encodeTexts(List<String> texts) {
    EmbeddingBatch features = EmbeddingBatch.allocate(texts.size(), dimension());
    for (int from = 0; from < texts.size(); from += options.batchSize()) {
      List<String> batch = texts.subList(from, Math.min(from + options.batchSize(), texts.size()));
      run(Tower.TEXT, Map.of("ids", padded(tokenizer.encode(batch))), features, from);
    }
    return features;
  }

  /**
   * Image features.
   *
   * @param images the pictures
   * @return a row a picture, [images, dimension], not normalised
   * @throws NullPointerException if one is null
   * @throws io.github.close4j.onnx.DeviceException if this encoder is on a GPU and ONNX Runtime
   *     left some of the first run's work to the processor
   * @throws IllegalStateException if this encoder is closed
   */
  public EmbeddingBatch images(List<BufferedImage> images) {
    return lifetime.use(() -> encodeImages(List.copyOf(images)));
  }

  private EmbeddingBatch encodeImages(List<BufferedImage> images) {
    EmbeddingBatch features = EmbeddingBatch.allocate(images.size(), dimension());
    for (int from = 0; from < images.size(); from += options.batchSize()) {
      List<BufferedImage> batch =
          images.subList(from, Math.min(from + options.batchSize(), images.size()));
      run(Tower.VISION, Map.of("pixels", pixels(batch)), features, from);
    }
    return features;
  }

  private void run(
      Tower tower, Map<String, InputTensor> inputs, EmbeddingBatch features, int fromRow) {
    float[] rows =
        sessions
            .get(tower, () -> tower == Tower.TEXT ? graphs.texts() : graphs.images())
            .run(inputs, outputs -> outputs.floats("features"));
    System.arraycopy(rows, 0, features.values(), fromRow * dimension(), rows.length);
  }

  private InputTensor padded(List<long[]> encoded) {
    int longest = encoded.stream().mapToInt(ids -> ids.length).max().orElse(1);
    long[] ids = new long[encoded.size() * longest];
    Arrays.fill(ids, files.config().text().endTokenId());
    for (int i = 0; i < encoded.size(); i++) {
      System.arraycopy(encoded.get(i), 0, ids, i * longest, encoded.get(i).length);
    }
    return InputTensor.of(ids, encoded.size(), longest);
  }

  private InputTensor pixels(List<BufferedImage> images) {
    return pictures.tensor(
        images.stream().<Supplier<BufferedImage>>map(image -> () -> image).toList());
  }

  /** Gives back native memory, after the runs under way. Closing again does nothing. */
  @Override
  public void close() {
    lifetime.end(
        () -> {
          pictures.close();
          sessions.close();
          tokenizer.close();
        });
  }
}
