/** Strict reading of JSON files. Not exported; promises nothing. */
@NullMarked
package io.github.close4j.onnx.internal.json;

import org.jspecify.annotations.NullMarked;
