/**
 * Models as others publish them: Hugging Face's directories of CLIP and T5, graphs that Hugging
 * Face Optimum exported, and the checkpoints of CLOSE's authors. PyTorch's zip files are read
 * without executing anything in them. A setting that this library does not implement is refused by
 * its name.
 */
@NullMarked
package io.github.close4j.onnx.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
