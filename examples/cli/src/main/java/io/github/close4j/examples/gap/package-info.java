/** The modality gap before and after adapters, as a table and as pictures. */
@NullMarked
package io.github.close4j.examples.gap;

import org.jspecify.annotations.NullMarked;
