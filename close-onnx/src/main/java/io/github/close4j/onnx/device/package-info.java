/** Where graphs run: the processor, or a GPU through CUDA. */
@NullMarked
package io.github.close4j.onnx.device;

import org.jspecify.annotations.NullMarked;
