/** The model directory: configurations of CLIP, T5 and the prefix, and the files that hold them. */
@NullMarked
package io.github.close4j.onnx.internal.model;

import org.jspecify.annotations.NullMarked;
