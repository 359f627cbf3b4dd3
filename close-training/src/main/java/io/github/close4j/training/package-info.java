/**
 * Training on text alone: a {@link io.github.close4j.training.CaptionTrainer} turns examples made
 * of text into a model directory that captions pictures.
 */
@NullMarked
package io.github.close4j.training;

import org.jspecify.annotations.NullMarked;
