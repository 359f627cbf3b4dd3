/**
 * Pictures as CLIP's vision tower reads them: decoded, resized, cropped and normalised with the
 * arithmetic of Pillow and Hugging Face's {@code CLIPImageProcessor}, to the bit.
 */
@NullMarked
package io.github.close4j.image;

import org.jspecify.annotations.NullMarked;
