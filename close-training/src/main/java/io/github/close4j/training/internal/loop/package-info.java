/**
 * The training from vectors to weights: {@link
 * io.github.close4j.training.internal.loop.TrainingLoop} is the place to begin.
 */
@NullMarked
package io.github.close4j.training.internal.loop;

import org.jspecify.annotations.NullMarked;
