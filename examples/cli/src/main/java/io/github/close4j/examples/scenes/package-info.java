/**
 * The scenes world: small pictures of coloured shapes, captions that people could have written for
 * them, and an exact check of what a caption states.
 *
 * <p>Everything is drawn from a seed, so a model can be trained and measured on it without any data
 * set.
 */
@NullMarked
package io.github.close4j.examples.scenes;

import org.jspecify.annotations.NullMarked;
