/** Native libraries that come in jars: loading them, and telling why they cannot be. */
@NullMarked
package io.github.close4j.onnx.internal.natives;

import org.jspecify.annotations.NullMarked;
