/** What all modules share. */
@NullMarked
package io.github.close4j;

import org.jspecify.annotations.NullMarked;
