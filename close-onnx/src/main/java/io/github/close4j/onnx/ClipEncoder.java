package io.github.close4j.onnx;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.io.Interruption;
import io.github.close4j.onnx.internal.checkpoint.ClipCheckpoint;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * A frozen CLIP: texts and pictures to vectors of norm 1 in one space. Thread-safe. Interrupting a
 * thread cancels its call, or the opening of an encoder; the thread stays interrupted, and the
 * encoder good.
 *
 * <pre>{@code
 * try (ClipEncoder clip = ClipEncoder.open(Path.of("model"))) {
 *   EmbeddingBatch texts = clip.texts(List.of("a dog", "a cat"));
 * }
 * }</pre>
 */
public final class ClipEncoder implements AutoCloseable {
  private final ClipFeatures features;

  private ClipEncoder(ClipFeatures features) {
    this.features = features;
  }

  /**
   * Opens a CLIP with default options.
   *
   * @param directory a model directory, or a CLIP in Hugging Face's layout ({@code config.json},
   *     {@code preprocessor_config.json}, {@code tokenizer.json} and weights or exported graphs)
   * @return the encoder; the caller closes it
   * @throws io.github.close4j.UnusableFileException if a file is missing or does not fit; the
   *     message says which file, what was expected and what was found
   * @throws CancellationException if this thread is interrupted
   */
  public static ClipEncoder open(Path directory) {
    return open(directory, InferenceOptions.defaults());
  }

  /**
   * Opens a CLIP.
   *
   * @param directory a model directory, or a CLIP in Hugging Face's layout
   * @param options how to use the machine
   * @return the encoder; the caller closes it
   * @throws io.github.close4j.UnusableFileException if a file is missing or does not fit; the
   *     message says which file, what was expected and what was found
   * @throws IllegalArgumentException if the CLIP is of exported graphs and the precision is not
   *     {@link Precision#FLOAT32}
   * @throws InferenceException if a GPU was asked for and cannot be used; the message names the
   *     missing library, driver or artifact
   * @throws CancellationException if this thread is interrupted
   */
  public static ClipEncoder open(Path directory, InferenceOptions options) {
    Interruption.requireNone();
    ClipFiles files =
        Files.exists(directory.resolve(ModelFolder.MANIFEST), LinkOption.NOFOLLOW_LINKS)
            ? ModelFolder.open(directory).clip()
            : ClipCheckpoint.open(directory);
    return new ClipEncoder(ClipFeatures.open(files, options));
  }

  /** Length of a vector: CLIP's projection dimension. */
  public int dimension() {
    return features.dimension();
  }

  /** What vectors are computed on: the choice that {@link Device#auto} made, and why. */
  public Device device() {
    return features.device();
  }

  /**
   * Vectors of texts.
   *
   * @param texts the texts; each is cut to CLIP's context length, keeping the end token
   * @return a row a text, [texts, dimension], each of norm 1; the caller's own
   * @throws NullPointerException if one is null
   * @throws InferenceException if ONNX Runtime fails, or if this encoder is on a GPU and some of
   *     the first run's work was left to the processor
   * @throws CancellationException if this thread is interrupted
   * @throws IllegalStateException if this encoder is closed
   */
  public EmbeddingBatch texts(List<String> texts) {
    return normalized(features.texts(texts));
  }

  /**
   * Vectors of pictures.
   *
   * @param images the pictures
   * @return a row a picture, [images, dimension], each of norm 1; the caller's own
   * @throws NullPointerException if one is null
   * @throws InferenceException if ONNX Runtime fails, or if this encoder is on a GPU and some of
   *     the first run's work was left to the processor
   * @throws CancellationException if this thread is interrupted
   * @throws IllegalStateException if this encoder is closed
   */
  public EmbeddingBatch images(List<BufferedImage> images) {
    return normalized(features.images(images));
  }

  private static EmbeddingBatch normalized(EmbeddingBatch features) {
    features.normalize();
    return features;
  }

  /** Gives back native memory, after the runs under way. Closing again does nothing. */
  @Override
  public void close() {
    features.close();
  }
}
