package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.model.T5Config;

/**
 * Tokens that must not come next: the end token before the shortest caption, and those that would
 * repeat an n-gram. What is left keeps its logit, and log-probabilities are those of all tokens.
 *
 * <p>Source: {@code MinNewTokensLengthLogitsProcessor} and {@code NoRepeatNGramLogitsProcessor} in
 * transformers' {@code generation/logits_process.py}.
 */
final class Constraints {
  /** Stands before a sequence, so that it is as long as an n-gram; no token's id. */
  private static final long NOTHING = -1;

  /** Above every logit. */
  private static final float UNBOUNDED = 1e30f;

  private final int ngram;
  private final Value isEnd;
  private final Value minNewTokens;

  private Constraints(int ngram, Value isEnd, Value minNewTokens) {
    this.ngram = ngram;
    this.isEnd = isEnd;
    this.minNewTokens = minNewTokens;
  }

  /** Declares the input {@code min_new_tokens}, an int64 scalar, if there is a minimum. */
  static Constraints of(GraphBuilder g, Decoding decoding, T5Config t5) {
    if (decoding.minNewTokens() == 0) {
      return new Constraints(decoding.noRepeatNgram(), Value.ABSENT, Value.ABSENT);
    }
    Value ids = g.op("Range", g.scalar(0L), g.scalar((long) t5.vocabularySize()), g.scalar(1L));
    return new Constraints(
        decoding.noRepeatNgram(),
        g.op("Equal", ids, g.scalar((long) t5.endTokenId())),
        g.input("min_new_tokens", ElementType.INT64));
  }

  /**
   * Logits, or log-probabilities, with {@link BeamStep#IMPOSSIBLE} in place of forbidden ones.
   *
   * @param logits [N,vocabulary]
   * @param step tokens that there are already, an int64 scalar
   * @param sequences those tokens after the start token, [N,1+step]
   */
  Value apply(GraphBuilder b, Value logits, Value step, Value sequences) {
    Value allowed = logits;
    if (!minNewTokens.isAbsent()) {
      Value early = b.op("And", b.op("Less", step, minNewTokens), isEnd);
      allowed = b.op("Where", early, b.scalar(BeamStep.IMPOSSIBLE), allowed);
    }
    return ngram == 0 ? allowed : withoutRepetition(b, allowed, sequences);
  }

  private Value withoutRepetition(GraphBuilder b, Value logits, Value sequences) {
    Value rows = b.dimension(sequences, 0);
    Value nothing = b.op("Expand", b.scalar(NOTHING), b.concat(0, rows, b.longs(ngram)));
    Value padded = b.concat(1, nothing, sequences); // [N,ngram+L]
    Value windows = b.op("Add", b.dimension(sequences, 1), b.longs(1)); // [1]: L+1 of them
    Value following = window(b, padded, ngram - 1, windows); // [N,L+1]
    Value ban = b.op("Expand", b.scalar(BeamStep.IMPOSSIBLE), b.node("Shape", following).output());
    for (int i = 0; i < ngram - 1; i++) {
      Value latest = b.at(padded, i - ngram + 1, 1); // [N,1]
      Value same = b.op("Equal", window(b, padded, i, windows), latest);
      ban = b.op("Where", same, ban, b.scalar(UNBOUNDED));
    }
    // What follows nothing but the padding is no token; its window never matches for n > 1.
    Value isToken = b.op("GreaterOrEqual", following, b.scalar(0L));
    return b.node(
            "ScatterElements",
            logits,
            b.op("Max", following, b.scalar(0L)),
            b.op("Where", isToken, ban, b.scalar(UNBOUNDED)))
        .attribute("axis", 1)
        .attribute("reduction", "min")
        .output();
  }

  /** The tokens at place {@code offset} of every window, [N,windows]. */
  private static Value window(GraphBuilder b, Value padded, int offset, Value windows) {
    Value end = b.op("Add", windows, b.longs(offset));
    return b.op("Slice", padded, b.longs(offset), end, b.longs(1));
  }
}
