/** Batches of CLIP vectors: the one type that crosses every module's boundary. */
@NullMarked
package io.github.close4j.embedding;

import org.jspecify.annotations.NullMarked;
