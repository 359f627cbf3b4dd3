/** T5 and the prefix on libtorch, under the names and with the arithmetic of the ONNX graphs. */
@NullMarked
package io.github.close4j.training.internal.network;

import org.jspecify.annotations.NullMarked;
