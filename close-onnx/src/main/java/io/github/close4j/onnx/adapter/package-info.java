/** Modality adapters in safetensors files. */
@NullMarked
package io.github.close4j.onnx.adapter;

import org.jspecify.annotations.NullMarked;
