/** How far captions are to be trusted: found on pictures that people described. */
@NullMarked
package io.github.close4j.examples.confidence;

import org.jspecify.annotations.NullMarked;
