package io.github.close4j.onnx.internal.graph;

import java.util.List;

/**
 * A token drawn by inverting the distribution function of the likeliest tokens: divided by the
 * temperature, cut to the {@code top_k} likeliest, of these the fewest whose probabilities reach
 * {@code top_p}. The uniform numbers are an input, so that the graph itself is deterministic.
 *
 * <p>Source: {@code TemperatureLogitsWarper}, {@code TopKLogitsWarper} and {@code TopPLogitsWarper}
 * in transformers' {@code generation/logits_process.py}, in that order.
 *
 * @param temperature a float scalar
 * @param choices a tensor of as many elements as there are likeliest tokens
 * @param topP a float scalar
 * @param uniforms a number from 0 to below 1 for each step
 */
record SampledChoice(Value temperature, Value choices, Value topP, Value uniforms)
    implements TokenChoice {

  /** Declares the inputs {@code temperature}, {@code top_k}, {@code top_p}, {@code uniforms}. */
  static SampledChoice of(GraphBuilder g) {
    return new SampledChoice(
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
