package io.github.close4j.onnx;

import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.onnx.internal.graph.OnnxExport;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A captioner on disk: {@code captioner.json} beside the weights and tokenizers that it names.
 * {@link Captioner} and {@link ClipEncoder} open one by its path; this tells what it is and makes
 * others of it. Immutable.
 *
 * <p>A directory is opened only if every file, and the configuration in {@code captioner.json}
 * itself, has the SHA-256 that {@code captioner.json} states: one whose files were damaged, or
 * mixed with another model's, is refused. Nothing in it is executable, and no name in it leads out
 * of it.
 */
public final class ModelDirectory {
  private final Path path;
  private final ModelFolder model;

  private ModelDirectory(Path path, ModelFolder model) {
    this.path = path;
    this.model = model;
  }

  /**
   * Opens a directory and checks every file of it.
   *
   * @param path the model directory
   * @return the model
   * @throws io.github.close4j.UnusableFileException if a file is missing, damaged, or does not
   *     belong to the model; the message says which, what was expected and what was found
   * @throws java.util.concurrent.CancellationException if this thread is interrupted
   */
  public static ModelDirectory open(Path path) {
    return new ModelDirectory(path, ModelFolder.open(path));
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** How the model came about, free-form: seed, adapter, steps and the like. Unmodifiable. */
  public Map<String, String> provenance() {
    return model.provenance();
  }

  /** How captions are decoded unless asked otherwise. */
  public Decoding decoding() {
    return model.config().decoding();
  }

  /** Components of a vector of the model's CLIP. */
  public int embeddingDimension() {
    return model.config().clip().projectionDim();
  }

  /**
   * Writes a copy of this model whose image vectors pass an adapter before the prefix: the image
   * side of removing the means, or a map from pictures to texts. It takes the place of an adapter
   * that this model has. An affine one (without normalization) costs nothing at run time.
   *
   * <p>Differs from the reference: there image vectors pass no adapter, as here by default.
   *
   * @param target the directory to make; must not exist
   * @param adapter a {@link io.github.close4j.adapter.MeanShift} or a {@link
   *     io.github.close4j.adapter.LinearAdapter} over {@link #embeddingDimension} components; its
   *     form for evaluation counts
   * @return the new model
   * @throws IllegalArgumentException if {@code target} exists, or if the adapter is of another kind
   *     or dimension
   * @throws UncheckedIOException if a file cannot be written
   */
  public ModelDirectory withImageAdapter(Path target, ModalityAdapter adapter) {
    return new ModelDirectory(target, model.withImageAdapter(target, ImageAdapter.of(adapter)));
  }

  /**
   * Writes the model as plain ONNX files for other tools, in 32-bit floats: {@code captioner.onnx}
   * from pictures to token ids, {@code clip-images.onnx} and {@code clip-texts.onnx}, each with its
   * weights beside it. Their inputs and outputs are described in the module's README.
   *
   * @param folder where the files go; made if it is missing, files of these names are replaced
   * @param decoding how captions are decoded; lengths, penalties and sampling are inputs of the
   *     graph
   * @throws IllegalArgumentException if the decoding has more beams than the vocabulary allows
   * @throws UncheckedIOException if a file cannot be written
   */
  public void exportOnnx(Path folder, Decoding decoding) {
    OnnxExport.of(model, Precision.FLOAT32).writeAll(folder, false, decoding);
  }
}
