package io.github.close4j.onnx.internal.graph;

import java.util.ArrayList;
import java.util.List;

/** The most probable token at every step; the score is the sum of log-probabilities. */
final class GreedyLoop implements DecodingLoop {

  @Override
  public Hypotheses decode(GraphBuilder g, T5Graph t5, Source source) {
    long pad = t5.config().padTokenId();
    long end = t5.config().endTokenId();
    Value column = g.concat(0, source.batch(), g.longs(1));
    Value biases = t5.stepBiases(g, source.maxNewTokens());

    Loop loop = new Loop(g, source.maxNewTokens());
    GraphBuilder b = loop.body();
    Value ids = loop.carry("ids", g.op("Expand", g.scalar(pad), column), ElementType.INT64, "N", 1);
    Value done =
        loop.carry("done", g.op("Expand", g.scalar(false), column), ElementType.BOOL, "N", 1);
    Value score =
        loop.carry("score", g.op("Expand", g.scalar(0f), column), ElementType.FLOAT, "N", 1);
    T5Graph.Cache past = loop.carry(t5.emptyCache(g, source.batch()), t5);

    Value bias = t5.stepBias(b, biases, source.maxNewTokens(), loop.iteration());
    T5Graph.Step step = t5.decode(b, ids, bias, past, source.cross(), source.crossMask(), 1);
    Value logits = b.op("Squeeze", step.logits(), b.longs(1)); // [N,vocabulary]
    List<Value> best = b.node("TopK", logits, b.longs(1)).attribute("axis", -1).outputs(2);
    Value logProbability = b.op("Sub", best.get(0), BeamStep.logSumExp(b, logits));
    Value token = b.op("Where", done, b.scalar(pad), best.get(1));
    Value gained = b.op("Where", done, b.scalar(0f), logProbability);
    Value nowDone = b.op("Or", done, b.op("Equal", token, b.scalar(end)));

    List<Value> next = new ArrayList<>(List.of(token, nowDone, b.op("Add", score, gained)));
    next.addAll(step.cache().all());
    Value more = b.op("Not", BeamStep.all(b, nowDone));
    List<Value> ended = loop.run(more, next, List.of(token));
    Value tokens = ended.get(ended.size() - 1); // [T,N,1]
    return new Hypotheses(g.transpose(tokens, 1, 2, 0), ended.get(2));
  }
}
