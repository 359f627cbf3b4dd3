/** A thin layer over libtorch: start-up, tensors to and from Java arrays, named parameters. */
@NullMarked
package io.github.close4j.training.internal.torch;

import org.jspecify.annotations.NullMarked;
