/** TensorBoard's event files. */
@NullMarked
package io.github.close4j.training.report.tensorboard;

import org.jspecify.annotations.NullMarked;
