/** Measurements beside the peers that a user would run instead; each prints ratios of one run. */
@NullMarked
package io.github.close4j.benchmarks;

import org.jspecify.annotations.NullMarked;
