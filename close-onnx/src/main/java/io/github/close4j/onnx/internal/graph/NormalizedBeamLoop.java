package io.github.close4j.onnx.internal.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * Hugging Face's beam search ({@code early_stopping=False}): of 2K continuations the best K that
 * did not end run on; those among the first K that ended are finished hypotheses, scored by sum
 * divided by {@code length^penalty}. An item stops for good when its best running sum, at the
 * present length, cannot beat its worst finished score.
 *
 * <p>Source: {@code _beam_search} and its helpers in transformers' {@code generation/utils.py}.
 */
final class NormalizedBeamLoop implements DecodingLoop {
  private final int beams;
  private final Value lengthPenalty;

  /** {@code lengthPenalty}: exponent of the length, a float scalar. */
  NormalizedBeamLoop(int beams, Value lengthPenalty) {
    this.beams = beams;
    this.lengthPenalty = lengthPenalty;
  }

  @Override
  public Hypotheses decode(GraphBuilder g, Source source) {
    long pad = source.padTokenId();
    Value grid = g.concat(0, source.batch(), g.longs(beams));

    Loop loop = new Loop(g, source.maxNewTokens());
    GraphBuilder b = loop.body();
    BeamStep beam = new BeamStep(b, beams, BeamStep.firstRows(g, source.batch(), beams));
    Value start = g.op("Expand", g.scalar(pad), g.concat(0, grid, g.longs(1)));
    Value running = loop.carry("running", start, ElementType.INT64, "B", beams, "T");
    Value sums =
        loop.carry(
            "sums", BeamStep.firstScores(g, source.batch(), beams), ElementType.FLOAT, "B", beams);
    Value finished = loop.carry("finished", start, ElementType.INT64, "B", beams, "T");
    Value scores =
        loop.carry(
            "scores",
            g.op("Expand", g.scalar(BeamStep.IMPOSSIBLE), grid),
            ElementType.FLOAT,
            "B",
            beams);
    Value open =
        loop.carry(
            "open",
            g.op("Expand", g.scalar(true), g.concat(0, source.batch(), g.longs(1))),
            ElementType.BOOL,
            "B",
            1);
    Decoder.Cache past = loop.carry(source.decoder().empty());

    Value last = b.at(running, -1, 2); // [B,K,1]
    Value ids = b.op("Reshape", last, b.longs(-1, 1));
    Decoder.Step step = source.decoder().step(b, ids, past);
    Value allowed =
        source
            .constraints()
            .apply(b, beam.logProbabilities(step.logits()), loop.iteration(), beam.flat(running));
    List<Value> best = beam.bestTokens(allowed, 2 * beams);
    Value continued = b.op("Add", best.get(0), b.op("Reshape", sums, b.longs(-1, 1)));
    BeamStep.Candidates all =
        beam.bestOfItem(continued, best.get(1), 2 * beams, 2 * beams); // [B,2K]

    Value length = b.cast(b.op("Add", loop.iteration(), b.scalar(1L)), ElementType.FLOAT);
    Value penalty = b.op("Pow", length, lengthPenalty);
    Value isLast =
        b.op("Equal", b.op("Add", loop.iteration(), b.scalar(1L)), source.maxNewTokens());
    Value isEnd = b.op("Equal", all.tokens(), b.scalar(source.endTokenId()));
    Value ended = b.op("Or", isEnd, isLast); // [B,2K]

    // Running hypotheses: the best K that did not end.
    Value alive = b.op("Where", ended, b.scalar(BeamStep.IMPOSSIBLE), all.scores());
    List<Value> kept = b.node("TopK", alive, b.longs(beams)).attribute("axis", -1).outputs(2);
    Value parents = beam.rows(beam.elements(all.beam(), kept.get(1)));
    Value nextRunning =
        beam.extend(running, parents, beam.elements(all.tokens(), kept.get(1)), beams);

    // Finished hypotheses: old ones and those of the first K continuations that ended.
    Value mayFinish = b.op("And", firstHalf(b, ended), open);
    Value entering =
        b.op(
            "Where",
            mayFinish,
            b.op("Div", firstHalf(b, all.scores()), penalty),
            b.scalar(BeamStep.IMPOSSIBLE));
    Value merged = b.concat(1, scores, entering); // [B,2K]
    List<Value> top = b.node("TopK", merged, b.longs(beams)).attribute("axis", -1).outputs(2);
    Value enteringRows = beam.rows(firstHalf(b, all.beam()));
    Value enteringSequences = beam.extend(running, enteringRows, firstHalf(b, all.tokens()), beams);
    Value nextFinished =
        select(b, b.concat(1, padded(b, finished, pad), enteringSequences), top.get(1));

    Value bestRunning = b.op("Div", b.at(kept.get(0), 0, 1), penalty); // [B,1]
    Value worst = b.node("ReduceMin", top.get(0), b.longs(1)).attribute("keepdims", 1).output();
    Value stillOpen = b.op("And", open, b.op("Greater", bestRunning, worst));
    Value more = b.op("Not", BeamStep.all(b, b.op("Not", stillOpen)));

    List<Value> next =
        new ArrayList<>(List.of(nextRunning, kept.get(0), nextFinished, top.get(0), stillOpen));
    next.addAll(beam.follow(step.cache(), parents).values());
    List<Value> result = loop.run(more, next);
    Value afterStart =
        g.op("Slice", result.get(2), g.longs(1), g.longs(Integer.MAX_VALUE), g.longs(2));
    return new Hypotheses(afterStart, result.get(3));
  }

  private Value firstHalf(GraphBuilder b, Value candidates) {
    return b.op("Slice", candidates, b.longs(0), b.longs(beams), b.longs(1));
  }

  /** [B,K,T] -> [B,K,T+1] with padding at the end. Concat, as CUDA's Pad has no int64 kernel. */
  private Value padded(GraphBuilder b, Value sequences, long pad) {
    Value shape = b.concat(0, b.dimension(sequences, 0), b.longs(beams, 1));
    return b.concat(2, sequences, b.op("Expand", b.scalar(pad), shape));
  }

  /** Sequences [B,2K,T] by numbers [B,K]. */
  private static Value select(GraphBuilder b, Value sequences, Value numbers) {
    return b.node("GatherND", sequences, b.op("Unsqueeze", numbers, b.longs(2)))
        .attribute("batch_dims", 1)
        .output();
  }
}
