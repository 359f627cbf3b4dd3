package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.Decoding;
import java.util.ArrayList;
import java.util.List;

/** One hypothesis an input, greedy or sampled; the score is the sum of log-probabilities. */
final class SingleLoop implements DecodingLoop {
  private final Choice choice;

  SingleLoop(Choice choice) {
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
    // Not ReduceLogSumExp: it adds a vocabulary one by one in a float, where rare tokens are lost.
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

  /** How one hypothesis goes on. */
  interface Choice {

    /**
     * Chooses a token for each row.
     *
     * @param logits [N,vocabulary]
     * @param step number of the step from 0, an int64 scalar
     * @return token ids [N,1]
     */
    Value choose(GraphBuilder b, Value logits, Value step);

    /** The choice for a way of decoding; declares the inputs that it reads. */
    static Choice of(GraphBuilder g, Decoding decoding) {
      return decoding.seed() == null ? Choice::mostProbable : Drawn.of(g);
    }

    private static Value mostProbable(GraphBuilder b, Value logits, Value step) {
      return b.node("ArgMax", logits).attribute("axis", 1).attribute("keepdims", 1).output();
    }
  }

  /**
   * A token drawn by inverting the distribution function of the likeliest tokens: divided by the
   * temperature, cut to the {@code top_k} likeliest, of these the fewest whose probabilities reach
   * {@code top_p}. The uniform numbers are an input, so that the graph itself is deterministic.
   *
   * <p>Source: {@code TemperatureLogitsWarper}, {@code TopKLogitsWarper} and {@code
   * TopPLogitsWarper} in transformers' {@code generation/logits_process.py}, in that order.
   *
   * @param temperature a float scalar
   * @param choices a tensor of as many elements as there are likeliest tokens
   * @param topP a float scalar
   * @param uniforms a number from 0 to below 1 for each step
   */
  record Drawn(Value temperature, Value choices, Value topP, Value uniforms) implements Choice {

    /** Declares the inputs {@code temperature}, {@code top_k}, {@code top_p}, {@code uniforms}. */
    static Drawn of(GraphBuilder g) {
      return new Drawn(
          g.input("temperature", ElementType.FLOAT),
          // The host reads the number in every step; it knows a shape, and would fetch a number.
          g.op("ConstantOfShape", g.input("top_k", ElementType.INT64, 1)),
          g.input("top_p", ElementType.FLOAT),
          g.input("uniforms", ElementType.FLOAT, "T"));
    }

    @Override
    public Value choose(GraphBuilder b, Value logits, Value step) {
      Value scaled = b.op("Div", logits, temperature);
      List<Value> top =
          b.node("TopK", scaled, b.dimension(choices, 0)).attribute("axis", -1).outputs(2); // [N,k]
      Value probability = b.node("Softmax", top.get(0)).attribute("axis", -1).output();
      Value before = b.op("Sub", cumulative(b, probability), probability);
      Value isKept = b.op("Less", before, topP); // the first is, as nothing is before it
      Value reached = cumulative(b, b.op("Where", isKept, probability, b.scalar(0f)));
      Value all = b.at(reached, -1, 1); // [N,1]
      Value drawn = b.op("Mul", all, b.gather(uniforms, step, 0));
      Value position = count(b, b.op("LessOrEqual", reached, drawn)); // [N,1]
      // Rounding may bring the draw up to the whole.
      Value last = b.op("Sub", count(b, isKept), b.scalar(1L));
      return b.node("GatherElements", top.get(1), b.op("Min", position, last))
          .attribute("axis", 1)
          .output();
    }

    private static Value cumulative(GraphBuilder b, Value x) {
      return b.op("CumSum", x, b.axis(1));
    }

    private static Value count(GraphBuilder b, Value flags) {
      return b.node("ReduceSum", b.cast(flags, ElementType.INT64), b.longs(1))
          .attribute("keepdims", 1)
          .output();
    }
  }
}
