/**
 * The paper's tables in small: the same experiments on the scenes world, as rows that are trained
 * and judged one by one, and as Markdown.
 */
@NullMarked
package io.github.close4j.examples.tables;

import org.jspecify.annotations.NullMarked;
