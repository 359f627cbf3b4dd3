/** Image networks that were trained on ImageNet, to be trained further. */
@NullMarked
package io.github.close4j.examples.backbone;

import org.jspecify.annotations.NullMarked;
