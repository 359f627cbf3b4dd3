package io.github.close4j.onnx.internal.graph;

import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.exported.ExportedFile;
import io.github.close4j.onnx.internal.exported.ExportedGraph;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.T5Config;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Exported graphs that take the place of those built here.
 *
 * @param clip CLIP's towers, or null
 * @param t5 T5's parts, or null
 */
public record ExportedGraphs(@Nullable Clip clip, @Nullable T5 t5) {
  /** None: all graphs are built here. */
  public static final ExportedGraphs NONE = new ExportedGraphs(null, null);

  /**
   * The graphs that a model brings along.
   *
   * @throws UnusableFileException if one of T5's is missing
   * @throws IllegalArgumentException if they are to multiply in another precision than their own
   */
  public static ExportedGraphs of(ModelFolder model, Precision precision) {
    List<Path> towers = present(model, ModelFolder.CLIP_GRAPHS);
    List<Path> parts = present(model, ModelFolder.T5_GRAPHS);
    if (!parts.isEmpty() && parts.size() < ModelFolder.T5_GRAPHS.size()) {
      throw new UnusableFileException(
          parts.get(0),
          "expected beside it %s, found %s"
              .formatted(
                  ModelFolder.T5_GRAPHS,
                  ModelFolder.T5_GRAPHS.stream().filter(model::has).toList()));
    }
    if (!towers.isEmpty() || !parts.isEmpty()) {
      requirePrecision(precision);
    }
    return new ExportedGraphs(
        towers.isEmpty() ? null : Clip.of(towers.stream().map(ExportedGraphs::read).toList()),
        parts.isEmpty()
            ? null
            : new T5(read(parts.get(0)), read(parts.get(1)), read(parts.get(2))));
  }

  private static List<Path> present(ModelFolder model, List<String> names) {
    return names.stream().filter(model::has).map(model::file).toList();
  }

  private static ExportedGraph read(Path file) {
    return ExportedFile.read(file).namedAsWritten();
  }

  /** Exported graphs have a precision of their own. */
  public static void requirePrecision(Precision precision) {
    if (precision != Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "precision: expected FLOAT32 for a model of exported graphs, found " + precision);
    }
  }

  /**
   * CLIP's towers.
   *
   * @param vision from {@code pixel_values} to {@code image_embeds}
   * @param text from {@code input_ids} to {@code text_embeds}, or null
   */
  public record Clip(ExportedGraph vision, @Nullable ExportedGraph text) {

    /**
     * The towers of a list.
     *
     * @param towers the vision tower, and the text tower if there is one
     * @return the towers
     */
    public static Clip of(List<ExportedGraph> towers) {
      return new Clip(towers.get(0), towers.size() > 1 ? towers.get(1) : null);
    }
  }

  /**
   * T5's parts.
   *
   * @param encoder from {@code input_ids} to {@code last_hidden_state}
   * @param decoder from the encoder's output to {@code logits} and {@code present}
   * @param decoderWithPast from one token and {@code past_key_values} to the same
   */
  public record T5(ExportedGraph encoder, ExportedGraph decoder, ExportedGraph decoderWithPast) {}

  ClipFeatureGraphs.Towers clip(ClipConfig config, WeightBank weights) {
    return clip == null
        ? new ClipGraph(config, CaptionGraph.CLIP, weights)
        : new ExportedClip(config, CaptionGraph.CLIP, weights, clip);
  }

  EncoderDecoder t5(T5Config config, WeightBank weights) {
    return t5 == null
        ? new T5Graph(config, CaptionGraph.T5, weights)
        : new ExportedT5(config, CaptionGraph.T5, weights, t5);
  }
}
