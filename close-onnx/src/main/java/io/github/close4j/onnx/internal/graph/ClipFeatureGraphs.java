package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.internal.model.ClipConfig;

/** CLIP's towers as graphs of their own. */
public final class ClipFeatureGraphs {
  private final ClipConfig config;
  private final WeightBank weights;
  private final ClipTowers clip;

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
