/** How the gap between text and image vectors is measured, and how far it can be trusted. */
@NullMarked
package io.github.close4j.internal.gap;

import org.jspecify.annotations.NullMarked;
