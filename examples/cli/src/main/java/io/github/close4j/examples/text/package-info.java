/** Tokenizers of models that are trained from nothing, and the words that they know. */
@NullMarked
package io.github.close4j.examples.text;

import org.jspecify.annotations.NullMarked;
