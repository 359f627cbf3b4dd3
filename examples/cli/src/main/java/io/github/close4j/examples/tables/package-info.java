/**
 * The paper's tables in small: the same experiments on a world of pictures, as rows that are
 * trained and judged one by one, and as Markdown.
 */
@NullMarked
package io.github.close4j.examples.tables;

import org.jspecify.annotations.NullMarked;
