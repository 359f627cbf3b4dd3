package io.github.close4j.onnx.internal.session;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.graph.ClipFeatureGraphs;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A frozen CLIP: texts and pictures to features as CLIP puts them out, <em>not</em> normalised. The
 * vector of an example with several captions is the mean of such features, normalised afterwards
 * (CLOSE's reference: {@code TextualEntailment} and captioning datasets). Thread-safe.
 */
public final class ClipFeatures implements AutoCloseable {
  private final ClipFiles files;
  private final ClipFeatureGraphs graphs;
  private final int batchSize;
  private final PictureBatches pictures;
  private final TextTokenizer tokenizer;
  private final Sessions<Tower> sessions;
  private final AtomicLong cutTexts = new AtomicLong();

  private enum Tower {
    VISION,
    TEXT
  }

  private ClipFeatures(
      ClipFiles files,
      ClipFeatureGraphs graphs,
      TextTokenizer tokenizer,
      InferenceOptions options) {
    this.files = files;
    this.graphs = graphs;
    this.tokenizer = tokenizer;
    this.batchSize = options.batchSize();
    this.sessions = new Sessions<>("encoder", options);
    this.pictures = new PictureBatches(files.preprocessing(), options.threads());
  }

  /**
   * Opens a CLIP.
   *
   * @throws io.github.close4j.UnusableFileException if a file is missing or does not fit
   * @throws IllegalArgumentException if the CLIP is of exported graphs and the precision is not
   *     theirs
   * @throws io.github.close4j.onnx.InferenceException if a GPU was asked for and cannot be used
   */
  public static ClipFeatures open(ClipFiles files, InferenceOptions options) {
    Device device = options.device().chosen();
    ClipFeatureGraphs graphs = ClipFeatureGraphs.of(files, options.precision());
    TextTokenizer tokenizer =
        TextTokenizer.open(
            files.tokenizer(),
            files.config().text().contextLength(),
            files.config().text().endTokenId());
    return new ClipFeatures(files, graphs, tokenizer, options.device(device));
  }

  /** Length of a vector: CLIP's projection dimension. */
  public int dimension() {
    return files.config().projectionDim();
  }

  /** What features are computed on, and why. */
  public Device device() {
    return sessions.device();
  }

  /**
   * Text features [texts,dimension]; a text is cut to CLIP's context, keeping the end token.
   *
   * @throws java.util.concurrent.CancellationException if this thread is interrupted
   */
  public EmbeddingBatch texts(List<String> texts) {
    return texts(texts, new Termination());
  }

  /**
   * As {@link #texts(List)}.
   *
   * @param termination ends the call
   * @throws java.util.concurrent.CancellationException if it was ended, or this thread is
   *     interrupted
   */
  public EmbeddingBatch texts(List<String> texts, Termination termination) {
    return inBatches(
        Tower.TEXT,
        List.copyOf(texts),
        termination,
        batch -> {
          TextTokenizer.Batch ids =
              tokenizer.batch(batch, files.config().text().endTokenId()); // [B,L]
          cutTexts.addAndGet(ids.cutTexts());
          return Map.of("ids", InputTensor.of(ids.ids(), ids.rows(), ids.length()));
        });
  }

  /** How many texts were longer than CLIP's context until now, and so lost their ends. */
  public long cutTexts() {
    return cutTexts.get();
  }

  /**
   * Image features [images,dimension].
   *
   * @throws java.util.concurrent.CancellationException if this thread is interrupted
   */
  public EmbeddingBatch images(List<BufferedImage> images) {
    Termination termination = new Termination(); // ends with an interrupt of this thread alone
    return inBatches(
        Tower.VISION,
        List.copyOf(images),
        termination,
        batch -> {
          List<PictureBatches.Picture> decoded =
              batch.stream().map(image -> PictureBatches.Picture.of(() -> image)).toList();
          return Map.of("pixels", pictures.tensor(decoded, termination)); // [B,3,S,S]
        });
  }

  /** Makes a batch the inputs of a graph. */
  private interface Preparation<T> {
    Map<String, InputTensor> of(List<T> batch);
  }

  private <T> EmbeddingBatch inBatches(
      Tower tower, List<T> all, Termination termination, Preparation<T> preparation) {
    return sessions.use(
        () -> {
          termination.requireNone();
          EmbeddingBatch features = EmbeddingBatch.allocate(all.size(), dimension());
          for (int from = 0; from < all.size(); from += batchSize) {
            List<T> batch = all.subList(from, Math.min(from + batchSize, all.size()));
            GraphSession session = session(tower, termination);
            float[] rows =
                session.run(
                    preparation.of(batch), outputs -> outputs.floats("features"), termination);
            System.arraycopy(rows, 0, features.values(), from * dimension(), rows.length);
          }
          return features;
        });
  }

  private GraphSession session(Tower tower, Termination termination) {
    return sessions.get(
        tower, () -> tower == Tower.TEXT ? graphs.texts() : graphs.images(), termination);
  }

  /** Gives back native memory, after the runs under way. Closing again does nothing. */
  @Override
  public void close() {
    sessions.close(pictures::close, tokenizer::close);
  }
}
