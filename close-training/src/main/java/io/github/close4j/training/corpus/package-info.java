/**
 * Corpora of text: {@link io.github.close4j.training.corpus.Corpus} opens them, and each gives the
 * records that a {@link io.github.close4j.training.TrainingTask} makes training examples of.
 */
@NullMarked
package io.github.close4j.training.corpus;

import org.jspecify.annotations.NullMarked;
