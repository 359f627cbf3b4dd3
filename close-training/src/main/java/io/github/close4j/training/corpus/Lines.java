package io.github.close4j.training.corpus;

import com.google.common.collect.AbstractIterator;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The lines of a file with their numbers, blank ones passed over. */
final class Lines extends AbstractIterator<Located<String>> {
  private final Path file;
  private final BufferedReader reader;
  private int number;

  private Lines(Path file, BufferedReader reader) {
    this.file = file;
    this.reader = reader;
  }

  static Stream<Located<String>> stream(Path file) {
    BufferedReader reader = TextFiles.open(file);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(
                new Lines(file, reader), Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(() -> close(file, reader));
  }

  static void close(Path file, AutoCloseable reader) {
    try {
      reader.close();
    } catch (Exception e) {
      throw new UncheckedIOException(new IOException(file + ": cannot be closed", e));
    }
  }

  @Override
  protected @Nullable Located<String> computeNext() {
    try {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          return new Located<>(file, Integer.toString(number), line.strip());
        }
      }
      return endOfData();
    } catch (IOException e) {
      throw TextFiles.unreadable(file, Integer.toString(number + 1), e);
    }
  }

  /** Reads a line as a JSON object. */
  static JsonFields json(String line) throws BadRecordException {
    JsonElement element;
    try {
      element = JsonParser.parseString(line);
    } catch (JsonParseException e) {
      throw new BadRecordException("expected a JSON object, found no JSON: " + e.getMessage());
    }
    return JsonFields.of(element);
  }
}
