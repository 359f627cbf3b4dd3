/**
 * Seeing a training run: {@link io.github.close4j.training.TrainingRecorder} keeps a log of JSON
 * lines and TensorBoard's event files while it goes on, {@link
 * io.github.close4j.examples.report.RunReport} is a page about it.
 */
@NullMarked
package io.github.close4j.examples.report;

import org.jspecify.annotations.NullMarked;
