/**
 * Models that others trained: checkpoints and exported graphs become model directories, files come
 * from a hub's cache or, when asked for, from the hub and from the bucket of the paper's authors.
 */
@NullMarked
package io.github.close4j.onnx.pretrained;

import org.jspecify.annotations.NullMarked;
