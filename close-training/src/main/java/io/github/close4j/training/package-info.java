/**
 * Training on text alone: a {@link io.github.close4j.training.CaptionTrainer} turns examples made
 * of text into a model directory that captions pictures.
 *
 * <p>All randomness follows from {@link io.github.close4j.training.TrainingOptions#seed()}. The
 * table of which numbers come from which generator is in {@code close-training/README.md}.
 */
@NullMarked
package io.github.close4j.training;

import org.jspecify.annotations.NullMarked;
