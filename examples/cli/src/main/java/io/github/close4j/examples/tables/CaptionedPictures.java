package io.github.close4j.examples.tables;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The pictures of a set and what people say of them.
 *
 * @param names what tells each picture from all others, in whatever study: CLIP's vectors of
 *     pictures of the same names are taken for theirs
 * @param captions captions by picture, at least one each
 * @param picture makes or reads a picture by its number
 */
record CaptionedPictures(
    List<String> names, List<List<String>> captions, IntFunction<BufferedImage> picture) {

  int size() {
    return names.size();
  }
}
