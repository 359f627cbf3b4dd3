/** TensorBoard's event files. */
@NullMarked
package io.github.close4j.training.internal.record;

import org.jspecify.annotations.NullMarked;
