package io.github.close4j.onnx.internal.graph;

import java.util.Map;

/**
 * A built graph.
 *
 * @param bytes the serialized model, without weights; kept, not copied
 * @param weights the weights it declares, by initializer name
 */
public record GraphModel(byte[] bytes, Map<String, Weight> weights) {}
