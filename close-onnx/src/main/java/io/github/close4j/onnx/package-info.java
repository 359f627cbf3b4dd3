/**
 * Captions, answers and labels for pictures: {@link io.github.close4j.onnx.Captioner} is where an
 * application begins.
 */
@NullMarked
package io.github.close4j.onnx;

import org.jspecify.annotations.NullMarked;
