/** Programs as a user of the libraries writes them. */
@NullMarked
package io.github.close4j.programs;

import org.jspecify.annotations.NullMarked;
