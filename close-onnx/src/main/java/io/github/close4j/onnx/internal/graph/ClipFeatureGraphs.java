package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.checkpoint.ClipWeights;
import io.github.close4j.onnx.internal.exported.ExportedParts;
import io.github.close4j.onnx.internal.exported.ExportedWeights;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;

/** CLIP's towers as graphs of their own. */
public final class ClipFeatureGraphs {
  /** CLIP's two towers, whoever made their graphs. Features are not normalised. */
  interface Towers {

    /** Pixels [B,3,S,S], normalised -> image features [B,projectionDim]. */
    Value image(GraphBuilder g, Value pixels);

    /**
     * Token ids [B,L], padded after the end token with anything -> text features [B,projectionDim].
     */
    Value text(GraphBuilder g, Value ids);

    /**
     * Checks that every weight is there and has its shape.
     *
     * @throws io.github.close4j.UnusableFileException if not, with file and tensor
     */
    void requireWeights();
  }

  private final ClipConfig config;
  private final WeightBank weights;
  private final Towers clip;

  /**
   * Graphs over CLIP's weights.
   *
   * @param config CLIP's dimensions
   * @param weights its weights, under {@link CaptionGraph#CLIP}
   */
  public ClipFeatureGraphs(ClipConfig config, WeightBank weights) {
    this(config, weights, ExportedGraphs.NONE);
  }

  /**
   * Graphs over CLIP's weights, some of which others made.
   *
   * @param config CLIP's dimensions
   * @param weights its weights, under {@link CaptionGraph#CLIP}
   * @param exported graphs that take the place of those built from {@code config}
   */
  public ClipFeatureGraphs(ClipConfig config, WeightBank weights, ExportedGraphs exported) {
    this.config = config;
    this.weights = weights;
    this.clip = exported.clip(config, weights);
  }

  /**
   * The graphs of a CLIP on disk; every weight is there and has its shape.
   *
   * @throws io.github.close4j.UnusableFileException if not, with file and tensor
   * @throws IllegalArgumentException if the CLIP is of exported graphs and the precision is not
   *     their own
   */
  public static ClipFeatureGraphs of(ClipFiles files, Precision precision) {
    ClipFeatureGraphs graphs;
    if (files.graphs().isEmpty()) {
      WeightBank weights =
          new WeightBank(precision).add(CaptionGraph.CLIP, ClipWeights.open(files.weights()));
      graphs = new ClipFeatureGraphs(files.config(), weights);
    } else {
      ExportedGraphs.requirePrecision(precision);
      ExportedWeights exported = new ExportedWeights(ExportedParts.towers(files.graphs()));
      graphs =
          new ClipFeatureGraphs(
              files.config(),
              new WeightBank().add(CaptionGraph.CLIP, exported),
              new ExportedGraphs(ExportedGraphs.Clip.of(exported.graphs()), null));
    }
    graphs.requireWeights();
    return graphs;
  }

  /**
   * Checks that every weight is there and has its shape.
   *
   * @throws io.github.close4j.UnusableFileException if not, with file and tensor
   */
  public void requireWeights() {
    clip.requireWeights();
  }

  /**
   * {@code pixels} [B,3,S,S], normalised, to {@code features} [B,clipDim] of any norm.
   *
   * @return the graph
   */
  public GraphModel images() {
    GraphBuilder g = new GraphBuilder("clip_vision", weights);
    int edge = config.vision().imageSize();
    Value pixels = g.input("pixels", ElementType.FLOAT, "B", 3, edge, edge);
    return features(g, clip.image(g, pixels));
  }

  /**
   * {@code ids} [B,L], padded after the end token, to {@code features} [B,clipDim] of any norm.
   *
   * @return the graph
   */
  public GraphModel texts() {
    GraphBuilder g = new GraphBuilder("clip_text", weights);
    return features(g, clip.text(g, g.input("ids", ElementType.INT64, "B", "L")));
  }

  private GraphModel features(GraphBuilder g, Value features) {
    g.output("features", features, ElementType.FLOAT, "B", config.projectionDim());
    return g.model();
  }
}
