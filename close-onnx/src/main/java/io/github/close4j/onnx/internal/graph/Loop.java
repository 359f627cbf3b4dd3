package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.internal.graph.DecodingLoop.Decoder;
import java.util.ArrayList;
import java.util.List;

/** An ONNX {@code Loop} that is being described: values carried from one iteration to the next. */
final class Loop {
  private final GraphBuilder outer;
  private final GraphBuilder body;
  private final Value max;
  private final Value iteration;
  private final List<Value> initial = new ArrayList<>();
  private final List<ElementType> types = new ArrayList<>();
  private final List<Object[]> shapes = new ArrayList<>();

  /** {@code max}: most iterations, an int64 scalar. */
  Loop(GraphBuilder outer, Value max) {
    this.outer = outer;
    this.max = max;
    this.body = outer.body("decoding");
    this.iteration = body.input("iteration", ElementType.INT64);
    body.input("keep_going", ElementType.BOOL);
  }

  GraphBuilder body() {
    return body;
  }

  /** Number of iterations done, an int64 scalar of the body. */
  Value iteration() {
    return iteration;
  }

  /** Carries a value; returns it as the body sees it. */
  Value carry(String name, Value first, ElementType type, Object... shape) {
    initial.add(first);
    types.add(type);
    shapes.add(shape);
    return body.input(name, type, shape);
  }

  /** Carries a cache. */
  Decoder.Cache carry(Decoder.Cache first) {
    List<Value> seen = new ArrayList<>();
    for (Value value : first.values()) {
      String name = "cache" + seen.size();
      seen.add(carry(name, value, first.type(), "N", first.heads(), "P", first.headDim()));
    }
    return first.with(seen);
  }

  /**
   * Ends the body and adds the loop to the outer graph.
   *
   * @param more whether to go on, a bool scalar of the body
   * @param next the carried values after the iteration, in the order of {@link #carry}
   * @return the carried values at the end
   */
  List<Value> run(Value more, List<Value> next) {
    body.output("more", more, ElementType.BOOL);
    for (int i = 0; i < next.size(); i++) {
      Object[] shape = shapes.get(i).clone();
      for (int axis = 0; axis < shape.length; axis++) {
        // What grows while looping must not keep the symbol of its earlier size.
        shape[axis] = shape[axis] instanceof String symbol ? symbol + "_next" : shape[axis];
      }
      body.output("next" + i, next.get(i), types.get(i), shape);
    }
    List<Value> inputs = new ArrayList<>(List.of(max, outer.scalar(true)));
    inputs.addAll(initial);
    return outer.node("Loop", inputs).attribute("body", body).outputs(next.size());
  }
}
