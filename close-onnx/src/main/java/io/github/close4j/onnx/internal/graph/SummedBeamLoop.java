package io.github.close4j.onnx.internal.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * The reference's beam search: scores are summed log-probabilities; a finished hypothesis only
 * continues with the end token at log-probability 0 and so keeps its place; the search ends when
 * every hypothesis of every item has finished.
 */
final class SummedBeamLoop implements DecodingLoop {
  private final int beams;

  SummedBeamLoop(int beams) {
    this.beams = beams;
  }

  @Override
  public Hypotheses decode(GraphBuilder g, Source source) {
    long pad = source.padTokenId();
    long end = source.endTokenId();
    Value grid = g.concat(0, source.batch(), g.longs(beams));

    Loop loop = new Loop(g, source.maxNewTokens());
    GraphBuilder b = loop.body();
    BeamStep beam = new BeamStep(b, beams, BeamStep.firstRows(g, source.batch(), beams));
    // A sequence begins with the start token: no axis of length 0 for Reshape to stumble over.
    Value start = g.op("Expand", g.scalar(pad), g.concat(0, grid, g.longs(1)));
    Value sequences = loop.carry("sequences", start, ElementType.INT64, "B", beams, "T");
    Value scores =
        loop.carry(
            "scores",
            BeamStep.firstScores(g, source.batch(), beams),
            ElementType.FLOAT,
            "B",
            beams);
    Value done =
        loop.carry("done", g.op("Expand", g.scalar(false), grid), ElementType.BOOL, "B", beams);
    Decoder.Cache past = loop.carry(source.decoder().empty());

    Value last = b.at(sequences, -1, 2); // [B,K,1]
    Value ids = b.op("Reshape", last, b.longs(-1, 1));
    Decoder.Step step = source.decoder().step(b, ids, past);
    Value allowed =
        source
            .constraints()
            .apply(b, beam.logProbabilities(step.logits()), loop.iteration(), beam.flat(sequences));
    List<Value> best = beam.bestTokens(allowed, beams);
    Value ended = b.op("Reshape", done, b.longs(-1, 1)); // [N,1]
    Value gains = b.op("Where", ended, onlyFirst(b), best.get(0));
    Value tokens = b.op("Where", ended, b.scalar(end), best.get(1));
    Value sums = b.op("Add", gains, b.op("Reshape", scores, b.longs(-1, 1)));
    BeamStep.Candidates kept = beam.bestOfItem(sums, tokens, beams, beams);

    Value parents = beam.rows(kept.beam());
    Value nowDone = b.op("Equal", kept.tokens(), b.scalar(end));
    List<Value> next =
        new ArrayList<>(
            List.of(beam.extend(sequences, parents, kept.tokens(), beams), kept.scores(), nowDone));
    next.addAll(beam.follow(step.cache(), parents).values());
    List<Value> result = loop.run(b.op("Not", BeamStep.all(b, nowDone)), next);
    Value afterStart =
        g.op("Slice", result.get(0), g.longs(1), g.longs(Integer.MAX_VALUE), g.longs(2));
    return new Hypotheses(afterStart, result.get(1));
  }

  /** [K]: log-probability 0 for one continuation of a finished hypothesis, none for the others. */
  private Value onlyFirst(GraphBuilder b) {
    float[] gains = new float[beams];
    java.util.Arrays.fill(gains, 1, beams, BeamStep.IMPOSSIBLE);
    return b.floats(gains);
  }
}
