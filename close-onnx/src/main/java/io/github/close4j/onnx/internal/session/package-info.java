/** ONNX Runtime sessions over our graphs. Not exported; promises nothing. */
@NullMarked
package io.github.close4j.onnx.internal.session;

import org.jspecify.annotations.NullMarked;
