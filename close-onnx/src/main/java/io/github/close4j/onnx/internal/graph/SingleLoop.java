package io.github.close4j.onnx.internal.graph;

import java.util.ArrayList;
import java.util.List;

/** One hypothesis an input, greedy or sampled; the score is the sum of log-probabilities. */
final class SingleLoop implements DecodingLoop {
  private final TokenChoice choice;

  SingleLoop(TokenChoice choice) {
    this.choice = choice;
  }

  @Override
  public Hypotheses decode(GraphBuilder g, Source source) {
    long pad = source.padTokenId();
    long end = source.endTokenId();
    Value column = g.concat(0, source.batch(), g.longs(1));

    Loop loop = new Loop(g, source.maxNewTokens());
    GraphBuilder b = loop.body();
    Value start = g.op("Expand", g.scalar(pad), column);
    Value sequence = loop.carry("sequence", start, ElementType.INT64, "N", "T"); // start included
    Value done =
        loop.carry("done", g.op("Expand", g.scalar(false), column), ElementType.BOOL, "N", 1);
    Value score =
        loop.carry("score", g.op("Expand", g.scalar(0f), column), ElementType.FLOAT, "N", 1);
    Decoder.Cache past = loop.carry(source.decoder().empty());

    Value ids = b.at(sequence, -1, 1); // [N,1]
    Decoder.Step step = source.decoder().step(b, ids, past);
    Value logits = step.logits(); // [N,vocabulary]
    Value allowed = source.constraints().apply(b, logits, loop.iteration(), sequence);
    Value chosen = choice.choose(b, allowed, loop.iteration()); // [N,1]
    // Not ReduceLogSumExp, whose plain sum of floats over a vocabulary is about 4e-5 off.
    Value logProbabilities = b.node("LogSoftmax", logits).attribute("axis", -1).output();
    Value logProbability =
        b.node("GatherElements", logProbabilities, chosen).attribute("axis", 1).output();
    Value token = b.op("Where", done, b.scalar(pad), chosen);
    Value gained = b.op("Where", done, b.scalar(0f), logProbability);
    Value nowDone = b.op("Or", done, b.op("Equal", token, b.scalar(end)));

    List<Value> next =
        new ArrayList<>(List.of(b.concat(1, sequence, token), nowDone, b.op("Add", score, gained)));
    next.addAll(step.cache().values());
    List<Value> ended = loop.run(b.op("Not", BeamStep.all(b, nowDone)), next);
    Value afterStart =
        g.op("Slice", ended.get(0), g.longs(1), g.longs(Integer.MAX_VALUE), g.longs(1));
    return new Hypotheses(g.op("Unsqueeze", afterStart, g.longs(1)), ended.get(2));
  }
}
