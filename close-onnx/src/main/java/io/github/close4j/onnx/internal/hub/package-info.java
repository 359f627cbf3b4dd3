/**
 * Finding models that are on this machine, and fetching them from a hub when the application asks
 * for it. Nothing is fetched unasked.
 */
@NullMarked
package io.github.close4j.onnx.internal.hub;

import org.jspecify.annotations.NullMarked;
