/** Tensors on disk: safetensors, and NumPy's arrays. */
@NullMarked
package io.github.close4j.internal.tensor;

import org.jspecify.annotations.NullMarked;
