/** Files that appear whole or not at all, hashes, and strict JSON. */
@NullMarked
package io.github.close4j.internal.io;

import org.jspecify.annotations.NullMarked;
