/** The command-line program. */
@NullMarked
package io.github.close4j.examples.cli;

import org.jspecify.annotations.NullMarked;
