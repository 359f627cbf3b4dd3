/**
 * Side-by-side measurements; {@link io.github.close4j.benchmarks.AdapterReport} runs those of the
 * adapters and writes a table.
 */
@NullMarked
package io.github.close4j.benchmarks;

import org.jspecify.annotations.NullMarked;
