package io.github.close4j.onnx.internal.graph;

/** A named value of a graph: an input, a constant, a weight or a node's output. */
record Value(String name) {
  /** An optional input of a node that is left out. */
  static final Value ABSENT = new Value("");

  boolean isAbsent() {
    return equals(ABSENT);
  }
}
