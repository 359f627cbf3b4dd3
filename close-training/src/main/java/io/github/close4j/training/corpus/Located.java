package io.github.close4j.training.corpus;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Something read from a file.
 *
 * @param file the file
 * @param place line or path within it
 * @param value what was read
 */
record Located<T>(Path file, String place, T value) {

  /** Makes records of what was read. */
  interface Parser<T, R> {
    void parse(T value, Consumer<? super R> records) throws BadRecordException;
  }

  /** The records of what was read, in its order; what cannot be parsed is handed over. */
  static <T, R> Stream<R> parse(
      Stream<Located<T>> read, Parser<T, R> parser, MalformedRecords malformed) {
    return read.mapMulti(
        (located, records) -> {
          try {
            parser.parse(located.value, records);
          } catch (BadRecordException e) {
            malformed.add(located.file, located.place, e.getMessage());
          }
        });
  }
}
