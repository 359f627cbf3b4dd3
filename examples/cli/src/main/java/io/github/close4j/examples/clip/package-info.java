/** A small CLIP, trained contrastively on scenes and their captions. */
@NullMarked
package io.github.close4j.examples.clip;

import org.jspecify.annotations.NullMarked;
