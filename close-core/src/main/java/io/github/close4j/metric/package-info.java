/** Measures: how good captions are, and how far CLIP's text and image vectors stand apart. */
@NullMarked
package io.github.close4j.metric;

import org.jspecify.annotations.NullMarked;
