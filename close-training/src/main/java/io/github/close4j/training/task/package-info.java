/**
 * The tasks of CLOSE as training examples of text alone: {@link
 * io.github.close4j.training.task.TrainingTask} turns the records of a corpus into them.
 */
@NullMarked
package io.github.close4j.training.task;

import org.jspecify.annotations.NullMarked;
