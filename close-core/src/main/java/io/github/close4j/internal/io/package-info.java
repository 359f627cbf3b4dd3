/** Files that appear whole or not at all, strict JSON, and what is text. */
@NullMarked
package io.github.close4j.internal.io;

import org.jspecify.annotations.NullMarked;
