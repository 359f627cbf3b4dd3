package io.github.close4j.examples.tables;

import io.github.close4j.examples.run.InputFile;
import java.nio.file.Path;
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
 * @param images the folder that the pictures' names start from
 * @param t5Tokenizer T5's tokenizer, with {@code <pad>} 0 and {@code </s>} 1
 */
public record PhotographFiles(
    Path captions,
    Path validationCaptions,
    @Nullable Path moreCaptions,
    Path images,
    Path t5Tokenizer) {

  /** The files by what they hold; and the pictures by their folder. */
  String identity() {
    return Stream.of(captions, validationCaptions, moreCaptions, t5Tokenizer)
            .filter(Objects::nonNull)
            .map(file -> InputFile.of(file).sha256())
            .collect(Collectors.joining(" "))
        + " "
        + images.toAbsolutePath().normalize();
  }
}
