/** How captions are compared by their n-grams, of words or of tokens. */
@NullMarked
package io.github.close4j.internal.metric;

import org.jspecify.annotations.NullMarked;
