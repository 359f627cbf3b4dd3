/** Files that appear whole or not at all. */
@NullMarked
package io.github.close4j.training.files;

import org.jspecify.annotations.NullMarked;
