/** The models of the scenes world: how they are made, and the study of what noise brings. */
@NullMarked
package io.github.close4j.examples.world;

import org.jspecify.annotations.NullMarked;
