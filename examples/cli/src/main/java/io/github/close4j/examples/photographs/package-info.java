/** Photographs with captions, and what can be asked of them. */
@NullMarked
package io.github.close4j.examples.photographs;

import org.jspecify.annotations.NullMarked;
