/**
 * Model weights on disk: safetensors files, read through memory maps and written whole or not at
 * all.
 */
@NullMarked
package io.github.close4j.onnx.weights;

import org.jspecify.annotations.NullMarked;
