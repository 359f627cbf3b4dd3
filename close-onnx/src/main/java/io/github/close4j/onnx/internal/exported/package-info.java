/** ONNX files that others exported: read, checked, taken apart. Not exported; promises nothing. */
@NullMarked
package io.github.close4j.onnx.internal.exported;

import org.jspecify.annotations.NullMarked;
