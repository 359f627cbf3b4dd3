package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.onnx.internal.model.ModelFolder;

/**
 * The graphs of one captioner. {@link #captioning} tells the whole way of a picture.
 *
 * <p>Sources: CLIP (Radford et al. 2021), T5 (Raffel et al. 2020), CLOSE (Gu et al. 2023, section
 * 3).
 */
public final class CaptionGraph {
  /** Prefixes of the weights' names in the bank. */
  public static final String CLIP = "clip/";

  /** Prefix of T5's weights. */
  public static final String T5 = "t5/";

  /** Prefix of the prefix's own weights. */
  public static final String PREFIX = "prefix/";

  /** The output that tells CLIP's vectors, where it is asked for. */
  public static final String CLIP_VECTORS = "clip_vectors";

  private final CaptionerConfig config;
  private final WeightBank weights;
  private final ClipFeatureGraphs.Towers clip;
  private final PrefixGraph prefix;
  private final EncoderDecoder t5;
  private final boolean attendsToPadding;

  /**
   * Graphs over a captioner's weights.
   *
   * @param config the captioner's dimensions
   * @param weights its weights, under {@link #CLIP}, {@link #T5} and {@link #PREFIX}
   */
  public CaptionGraph(CaptionerConfig config, WeightBank weights) {
    this(config, weights, ExportedGraphs.NONE);
  }

  /**
   * Graphs over a captioner's weights, some of which others made.
   *
   * @param config the captioner's dimensions
   * @param weights its weights, under {@link #CLIP}, {@link #T5} and {@link #PREFIX}
   * @param exported graphs that take the place of those built from {@code config}
   */
  public CaptionGraph(CaptionerConfig config, WeightBank weights, ExportedGraphs exported) {
    this(config, weights, exported, false);
  }

  /**
   * Graphs whose encoder may attend to padding.
   *
   * @param config the captioner's dimensions
   * @param weights its weights, under {@link #CLIP}, {@link #T5} and {@link #PREFIX}
   * @param exported graphs that take the place of those built from {@code config}
   * @param attendsToPadding whether the encoder attends to the padding of texts
   */
  public CaptionGraph(
      CaptionerConfig config,
      WeightBank weights,
      ExportedGraphs exported,
      boolean attendsToPadding) {
    this.config = config;
    this.attendsToPadding = attendsToPadding;
    this.weights = weights;
    this.clip = exported.clip(config.clip(), weights);
    this.t5 = exported.t5(config.t5(), weights);
    this.prefix = new PrefixGraph(config, PREFIX, weights);
  }

  /**
   * The graphs of a model directory; every weight is there and has its shape.
   *
   * @throws io.github.close4j.UnusableFileException if not, with file and tensor
   * @throws IllegalArgumentException if the model is made of exported graphs and the precision is
   *     not their own
   */
  public static CaptionGraph of(ModelFolder model, Precision precision, boolean attendsToPadding) {
    CaptionGraph graph =
        new CaptionGraph(
            model.config(),
            WeightBank.of(model, precision),
            ExportedGraphs.of(model, precision),
            attendsToPadding);
    graph.requireWeights();
    return graph;
  }

  /** What a captioning graph reads. */
  public enum Source {
    /** Normalised pixels, {@code pixels} [B,3,S,S]. */
    PIXELS,
    /** CLIP vectors, {@code vectors} [B,clipDim], of any norm but 0. */
    VECTORS
  }

  /**
   * Checks that every weight is there and has its shape.
   *
   * @throws io.github.close4j.UnusableFileException if not, with file and tensor
   */
  public void requireWeights() {
    requirePretrainedWeights();
    prefix.requireWeights();
  }

  /** Checks the weights of CLIP and T5 in the same way. */
  public void requirePretrainedWeights() {
    clip.requireWeights();
    t5.requireWeights();
  }

  /**
   * From pictures or vectors, and text beside them, to captions' token ids.
   *
   * <p>Inputs: {@code pixels} or {@code vectors}; with text {@code text} [B,L] and {@code
   * text_mask} [B,L], 1 for a token and 0 for padding; {@code max_new_tokens}, a scalar, and the
   * other numbers of the decoding ({@code InputTensor} has them all). Outputs: {@code tokens}
   * [B,K,T] and {@code scores} [B,K], best first.
   *
   * @param source pictures or vectors
   * @param withText whether text stands beside them
   * @param decoding how to decode; of its numbers only those count that shape the graph: beams,
   *     rule, n-grams
   * @return the graph
   */
  public GraphModel captioning(Source source, boolean withText, Decoding decoding) {
    return captioning(source, withText, decoding, false);
  }

  /**
   * As {@link #captioning(Source, boolean, Decoding)}; on the way CLIP's vectors may be put out,
   * too: {@link #CLIP_VECTORS} [B,clipDim], of norm 1, before the image adapter.
   */
  public GraphModel captioning(
      Source source, boolean withText, Decoding decoding, boolean tellsVectors) {
    GraphBuilder g = new GraphBuilder("captioner", weights);
    Value vectors = vectors(g, source); // [B,clipDim]
    EncoderDecoder.Encoded encoded = encode(g, vectors, withText); // [B,S,dModel]
    Value max = g.input("max_new_tokens", ElementType.INT64);
    DecodingLoop.Source read =
        new DecodingLoop.Source(
            t5.decoder(g, encoded, decoding.beams(), max),
            g.dimension(vectors, 0),
            config.t5().padTokenId(),
            config.t5().endTokenId(),
            max,
            Constraints.of(g, decoding, config.t5()));
    DecodingLoop.Hypotheses best = DecodingLoop.of(g, decoding).decode(g, read);
    g.output("tokens", best.tokens(), ElementType.INT64, "B", decoding.beams(), "T");
    g.output("scores", best.scores(), ElementType.FLOAT, "B", decoding.beams());
    if (tellsVectors) {
      g.output(CLIP_VECTORS, vectors, ElementType.FLOAT, "B", config.clip().projectionDim());
    }
    return g.model();
  }

  /**
   * The decoder's logits when it is told what it said so far.
   *
   * <p>Inputs: {@code vectors}, text as in {@link #captioning}, {@code decoder_ids} [B,T] that
   * begin with the start token. Output: {@code logits} [B,T,vocabulary].
   *
   * @param withText whether text stands beside the vectors
   * @return the graph
   */
  public GraphModel logits(boolean withText) {
    GraphBuilder g = new GraphBuilder("logits", weights);
    Value vectors = vectors(g, Source.VECTORS);
    EncoderDecoder.Encoded encoded = encode(g, vectors, withText);
    Value ids = g.input("decoder_ids", ElementType.INT64, "B", "T");
    int vocabulary = config.t5().vocabularySize();
    g.output("logits", t5.logits(g, encoded, ids), ElementType.FLOAT, "B", "T", vocabulary);
    return g.model();
  }

  /**
   * The numbers on the way from pictures to the first word, each as an output of its own.
   *
   * <p>Input: {@code pixels}. Outputs: {@code vectors} [B,clipDim], normalised; {@code prefix}
   * [B,n,dModel]; {@code logits} [B,1,vocabulary] of the first step.
   *
   * @return the graph
   */
  public GraphModel stages() {
    GraphBuilder g = new GraphBuilder("stages", weights);
    Value vectors = vectors(g, Source.PIXELS);
    Value inputs = prefix.apply(g, vectors);
    Value column = g.concat(0, g.dimension(vectors, 0), g.longs(1));
    Value start = g.op("Expand", g.scalar((long) config.t5().padTokenId()), column);
    Value logits = t5.logits(g, t5.encode(g, inputs, Value.ABSENT), start);
    int positions = config.prefix().positions();
    g.output("vectors", vectors, ElementType.FLOAT, "B", config.clip().projectionDim());
    g.output("prefix", inputs, ElementType.FLOAT, "B", positions, config.t5().dModel());
    g.output("logits", logits, ElementType.FLOAT, "B", 1, config.t5().vocabularySize());
    return g.model();
  }

  private Value vectors(GraphBuilder g, Source source) {
    Value vectors =
        switch (source) {
          case PIXELS -> clip.image(g, pixels(g));
          case VECTORS -> g.input("vectors", ElementType.FLOAT, "B", config.clip().projectionDim());
        };
    return Layers.l2Normalize(g, vectors);
  }

  private Value pixels(GraphBuilder g) {
    ClipConfig.Vision vision = config.clip().vision();
    return g.input("pixels", ElementType.FLOAT, "B", 3, vision.imageSize(), vision.imageSize());
  }

  private EncoderDecoder.Encoded encode(GraphBuilder g, Value vectors, boolean withText) {
    Value inputs = prefix.apply(g, vectors); // [B,n,dModel]
    if (!withText) {
      return t5.encode(g, inputs, Value.ABSENT);
    }
    Value text = g.input("text", ElementType.INT64, "B", "L");
    Value isToken = g.input("text_mask", ElementType.INT64, "B", "L");
    Value shape = g.concat(0, g.dimension(vectors, 0), g.longs(config.prefix().positions()));
    Value attended = g.concat(1, g.op("Expand", g.scalar(1L), shape), isToken); // [B,n+L]
    Value embeddings = g.concat(1, inputs, t5.embed(g, text)); // [B,n+L,dModel]
    if (!attendsToPadding) {
      return t5.encode(g, embeddings, attended);
    }
    Value hidden = t5.encode(g, embeddings, Value.ABSENT).hidden();
    return new EncoderDecoder.Encoded(hidden, attended);
  }
}
