package io.github.close4j.onnx.internal.graph;

import java.nio.FloatBuffer;

/**
 * Values of a weight.
 *
 * @param values a direct buffer, row-major; not to be written to
 * @param shape the dimensions; kept, not copied
 */
public record Weight(FloatBuffer values, long[] shape) {}
