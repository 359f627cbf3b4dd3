package io.github.close4j.examples.tables;

import io.github.close4j.examples.photographs.StyleJudge.Style;
import io.github.close4j.examples.run.InputFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a study of photographs reads. Captions are in any form that {@link
 * io.github.close4j.training.corpus.Corpus#captions} reads.
 *
 * @param captions the training pictures' captions, with a picture each
 * @param validationCaptions those of the pictures that models are judged on; none of them may be
 *     among the training pictures
 * @param moreCaptions captions of another corpus, which are trained on as text alone, or null
 * @param styles captions in styles, a caption a line, of the training pictures or the others; which
 *     of which is told by their words
 * @param images the folder that the pictures' names start from
 * @param t5Tokenizer T5's tokenizer, with {@code <pad>} 0 and {@code </s>} 1
 */
public record PhotographFiles(
    Path captions,
    Path validationCaptions,
    @Nullable Path moreCaptions,
    Map<Style, Path> styles,
    Path images,
    Path t5Tokenizer) {

  /** Copies the map, in the order of the styles. */
  public PhotographFiles {
    Map<Style, Path> copy = new EnumMap<>(Style.class);
    copy.putAll(styles);
    styles = Collections.unmodifiableMap(copy);
  }

  /** The files by what they hold; and the pictures by their folder. */
  String identity() {
    return Stream.concat(
                Stream.of(captions, validationCaptions, moreCaptions, t5Tokenizer),
                styles.values().stream())
            .filter(Objects::nonNull)
            .map(file -> InputFile.of(file).sha256())
            .collect(Collectors.joining(" "))
        + " "
        + images.toAbsolutePath().normalize();
  }
}
