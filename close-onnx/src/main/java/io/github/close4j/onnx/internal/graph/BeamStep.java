package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.internal.graph.DecodingLoop.Decoder;
import java.util.List;

/** What both beam rules do at a step: rank continuations, follow them back to their hypotheses. */
final class BeamStep {
  /** Log-probability of what must not be chosen; finite, as differences of it are taken. */
  static final float IMPOSSIBLE = -1e9f;

  private final GraphBuilder b;
  private final int beams;
  private final Value firstRows;

  /** {@code firstRows} [B]: the row of each item's first hypothesis among all B·K. */
  BeamStep(GraphBuilder body, int beams, Value firstRows) {
    this.b = body;
    this.beams = beams;
    this.firstRows = firstRows;
  }

  /** Continuations of an item, best first: [B,C] each; beam counts from 0 within the item. */
  record Candidates(Value scores, Value tokens, Value beam) {}

  /** Row numbers of each item's first hypothesis, for a batch of {@code batch} items. */
  static Value firstRows(GraphBuilder g, Value batch, int beams) {
    Value items = g.op("Range", g.scalar(0L), g.op("Squeeze", batch), g.scalar(1L));
    return g.op("Mul", items, g.scalar((long) beams));
  }

  /** [1,K] expanded to [B,K]: the first hypothesis alone is alive, as all are the same at first. */
  static Value firstScores(GraphBuilder g, Value batch, int beams) {
    float[] scores = new float[beams];
    java.util.Arrays.fill(scores, 1, beams, IMPOSSIBLE);
    return g.op("Expand", g.floats(scores), g.concat(0, batch, g.longs(beams)));
  }

  /** Whether all of a bool tensor is true, as a scalar. */
  static Value all(GraphBuilder g, Value flags) {
    Value least =
        g.node("ReduceMin", g.cast(flags, ElementType.INT32)).attribute("keepdims", 0).output();
    return g.cast(least, ElementType.BOOL);
  }

  /** Logits [N,vocabulary] -> log-probabilities. */
  Value logProbabilities(Value logits) {
    return b.node("LogSoftmax", logits).attribute("axis", -1).output();
  }

  /** The best {@code count} tokens of each row: log-probabilities and ids [N,count]. */
  List<Value> bestTokens(Value logProbabilities, int count) {
    return b.node("TopK", logProbabilities, b.longs(count)).attribute("axis", -1).outputs(2);
  }

  /** The best {@code keep} of an item's continuations: from [N,count] sums to [B,keep]. */
  Candidates bestOfItem(Value sums, Value tokens, int count, int keep) {
    Value shape = b.longs(-1, (long) beams * count);
    List<Value> top =
        b.node("TopK", b.op("Reshape", sums, shape), b.longs(keep))
            .attribute("axis", -1)
            .outputs(2);
    Value chosen = elements(b.op("Reshape", tokens, shape), top.get(1));
    return new Candidates(top.get(0), chosen, b.op("Div", top.get(1), b.scalar((long) count)));
  }

  /** Elements [B,C] of a matrix by column numbers. */
  Value elements(Value matrix, Value columns) {
    return b.node("GatherElements", matrix, columns).attribute("axis", 1).output();
  }

  /** Row numbers [B*C] of the hypotheses that continuations [B,C] extend. */
  Value rows(Value beam) {
    Value offset = b.op("Unsqueeze", firstRows, b.longs(1));
    return b.op("Reshape", b.op("Add", beam, offset), b.longs(-1));
  }

  /** Sequences [B,K,T] of the given rows, each with its token [B,C] appended: [B,C,T+1]. */
  Value extend(Value sequences, Value rows, Value tokens, int count) {
    Value length = b.dimension(sequences, 2);
    Value parents =
        b.op(
            "Reshape", b.gather(flat(sequences), rows, 0), b.concat(0, b.longs(-1, count), length));
    return b.concat(2, parents, b.op("Unsqueeze", tokens, b.longs(2)));
  }

  /** [B,K,T] -> [B*K,T]. */
  Value flat(Value sequences) {
    return b.op("Reshape", sequences, b.concat(0, b.longs(-1), b.dimension(sequences, 2)));
  }

  Decoder.Cache follow(Decoder.Cache cache, Value rows) {
    return cache.with(cache.values().stream().map(value -> b.gather(value, rows, 0)).toList());
  }
}
