/**
 * Corpora of text, streamed from plain or gzip files: {@link
 * io.github.close4j.training.corpus.Corpora} opens them, and each gives the records that a task of
 * {@link io.github.close4j.training.TrainingTask} makes training examples of.
 */
@NullMarked
package io.github.close4j.training.corpus;

import org.jspecify.annotations.NullMarked;
