/** The inner loops over rows of floats. Not for use outside this library: no promise is kept. */
@NullMarked
package io.github.close4j.embedding.internal;

import org.jspecify.annotations.NullMarked;
