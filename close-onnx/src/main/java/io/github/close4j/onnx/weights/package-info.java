/**
 * Model weights on disk, read through memory maps: safetensors files, single or sharded, and
 * PyTorch zip files, of which nothing is executed. Safetensors files are written whole or not at
 * all.
 */
@NullMarked
package io.github.close4j.onnx.weights;

import org.jspecify.annotations.NullMarked;
