/**
 * CLIP, the prefix, T5 and the decoding loops as ONNX graphs. Not exported; promises nothing.
 *
 * <p>{@link io.github.close4j.onnx.internal.graph.CaptionGraph} tells the way from a picture to
 * token ids; the other types are its parts.
 */
@NullMarked
package io.github.close4j.onnx.internal.graph;

import org.jspecify.annotations.NullMarked;
