package io.github.close4j.onnx.internal.model;

import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.internal.checkpoint.ClipWeights;
import io.github.close4j.onnx.internal.exported.ExportedParts;
import io.github.close4j.onnx.internal.exported.ExportedWeights;
import io.github.close4j.onnx.internal.exported.ExportedWriter;
import io.github.close4j.onnx.internal.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A CLIP on disk.
 *
 * @param config its dimensions
 * @param preprocessing how pictures are prepared for it
 * @param weights a file of weights with Hugging Face's tensor names, of a kind that {@link
 *     io.github.close4j.onnx.internal.checkpoint.WeightFiles#open} knows
 * @param tokenizer its tokenizer, of a kind that {@link TokenizerFiles} knows
 * @param graphs exported ONNX graphs in the place of those built from {@code config}: none; the
 *     vision tower, and the text tower if there is one; or one that is both. {@code weights} is
 *     then the first of them, or the file that a model directory keeps their weights in
 */
public record ClipFiles(
    ClipConfig config,
    ClipConfig.Preprocessing preprocessing,
    Path weights,
    Path tokenizer,
    List<Path> graphs) {

  /** Copies the list. */
  public ClipFiles {
    graphs = List.copyOf(graphs);
  }

  /**
   * A CLIP whose graphs are built from its configuration.
   *
   * @param config its dimensions
   * @param preprocessing how pictures are prepared for it
   * @param weights its weights
   * @param tokenizer its {@code tokenizer.json}
   */
  public ClipFiles(
      ClipConfig config, ClipConfig.Preprocessing preprocessing, Path weights, Path tokenizer) {
    this(config, preprocessing, weights, tokenizer, List.of());
  }

  /**
   * All files that its vectors depend on.
   *
   * @return weights, files of the tokenizer and graphs, each once
   */
  public Set<Path> files() {
    Set<Path> files = new LinkedHashSet<>(List.of(weights));
    files.addAll(TokenizerFiles.of(tokenizer));
    files.addAll(graphs);
    return Collections.unmodifiableSet(files);
  }

  /**
   * Puts the weights, as one safetensors file, the tokenizer and exported graphs into a model
   * directory.
   *
   * @param directory the directory, without these files
   * @throws IOException if a file cannot be copied
   * @throws io.github.close4j.UnusableFileException if the weights are not sound
   * @throws java.io.UncheckedIOException if the weights cannot be written
   */
  public void writeTo(Path directory) throws IOException {
    TokenizerFiles.write(tokenizer, directory.resolve(ModelFolder.CLIP_TOKENIZER));
    if (graphs.isEmpty()) {
      writeWeights(directory.resolve(ModelFolder.CLIP_WEIGHTS));
    } else {
      writeGraphs(directory);
    }
  }

  private void writeGraphs(Path directory) throws IOException {
    ExportedWeights exported = new ExportedWeights(ExportedParts.towers(graphs));
    ExportedWriter writer =
        new ExportedWriter(exported, directory.resolve(ModelFolder.CLIP_WEIGHTS));
    List<String> names = List.of(ModelFolder.CLIP_VISION_GRAPH, ModelFolder.CLIP_TEXT_GRAPH);
    for (int i = 0; i < exported.graphs().size(); i++) {
      writer.write(exported.graphs().get(i), directory.resolve(names.get(i)));
    }
  }

  private void writeWeights(Path target) {
    TensorSource source = ClipWeights.open(weights);
    if (source instanceof Safetensors) {
      WholeFile.copy(weights, target);
    } else {
      writeTensors(source, target);
    }
  }

  private static void writeTensors(TensorSource source, Path target) {
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    for (String name : source.names()) {
      StoredTensor tensor = source.tensor(name);
      // Integers are position numbers that old checkpoints carry along.
      if (tensor.type().isFloat()) {
        writer.add(name, tensor);
      }
    }
    writer.write(target);
  }
}
