/** Hugging Face tokenizers from local files, never from the network. */
@NullMarked
package io.github.close4j.onnx.internal.tokenizer;

import org.jspecify.annotations.NullMarked;
