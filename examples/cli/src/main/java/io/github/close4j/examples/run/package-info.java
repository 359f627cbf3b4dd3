/**
 * Training runs that a file describes: {@link io.github.close4j.examples.run.RunDescription} is all
 * that a run depends on, {@link io.github.close4j.examples.run.RunFile} keeps it as JSON, {@link
 * io.github.close4j.examples.run.Run} trains, evaluates and reports, and {@link
 * io.github.close4j.examples.run.NoiseSweep} does so for several noises and seeds.
 */
@NullMarked
package io.github.close4j.examples.run;

import org.jspecify.annotations.NullMarked;
