/** The inner loops over rows of floats. Not for use outside this library: no promise is kept. */
@NullMarked
package io.github.close4j.internal.kernels;

import org.jspecify.annotations.NullMarked;
