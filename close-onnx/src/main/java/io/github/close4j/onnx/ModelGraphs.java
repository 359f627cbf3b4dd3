package io.github.close4j.onnx;

import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.internal.exported.ExportedFile;
import io.github.close4j.onnx.internal.exported.ExportedGraph;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.ExportedGraphs;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.graph.WeightFile;
import io.github.close4j.onnx.internal.model.ModelDirectory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Weights and graphs of a model directory. */
final class ModelGraphs {
  private ModelGraphs() {}

  /** The model's weights; models whose files have the same content share one instance of it. */
  static WeightBank weights(ModelDirectory directory, Precision precision) {
    return new WeightBank(precision)
        .add(CaptionGraph.CLIP, weights(directory, ModelDirectory.CLIP_WEIGHTS))
        .add(CaptionGraph.T5, weights(directory, ModelDirectory.T5_WEIGHTS))
        .add(CaptionGraph.PREFIX, weights(directory, ModelDirectory.PREFIX_WEIGHTS));
  }

  private static WeightFile weights(ModelDirectory directory, String name) {
    return WeightFile.shared(directory.sha256(name), () -> directory.weights(name));
  }

  /**
   * The graphs that the model brings along.
   *
   * @throws IllegalArgumentException if they are to multiply in another precision than their own
   */
  static ExportedGraphs exported(ModelDirectory directory, Precision precision) {
    ExportedGraphs exported = new ExportedGraphs(clip(directory), t5(directory));
    if (!exported.isEmpty()) {
      requireExportedPrecision(precision);
    }
    return exported;
  }

  /** Exported graphs have a precision of their own. */
  static void requireExportedPrecision(Precision precision) {
    if (precision != Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "precision: expected FLOAT32 for a model of exported graphs, found " + precision);
    }
  }

  private static ExportedGraphs.@Nullable Clip clip(ModelDirectory directory) {
    List<ExportedGraph> towers = new ArrayList<>();
    for (String name : List.of(ModelDirectory.CLIP_VISION_GRAPH, ModelDirectory.CLIP_TEXT_GRAPH)) {
      if (directory.has(name)) {
        towers.add(read(directory, name));
      }
    }
    return towers.isEmpty() ? null : ExportedGraphs.Clip.of(towers);
  }

  private static ExportedGraphs.@Nullable T5 t5(ModelDirectory directory) {
    List<String> names =
        List.of(
            ModelDirectory.T5_ENCODER_GRAPH,
            ModelDirectory.T5_DECODER_GRAPH,
            ModelDirectory.T5_PAST_GRAPH);
    List<String> present = names.stream().filter(directory::has).toList();
    if (present.isEmpty()) {
      return null;
    }
    if (!present.equals(names)) {
      throw new UnusableFileException(
          directory.file(present.get(0)), "expected beside it " + names + ", found " + present);
    }
    return new ExportedGraphs.T5(
        read(directory, names.get(0)),
        read(directory, names.get(1)),
        read(directory, names.get(2)));
  }

  private static ExportedGraph read(ModelDirectory directory, String name) {
    return ExportedFile.read(directory.file(name)).namedAsWritten();
  }
}
