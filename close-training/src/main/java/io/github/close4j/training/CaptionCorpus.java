package io.github.close4j.training;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads caption corpora. */
public final class CaptionCorpus {
  private static final Gson JSON = new Gson();

  private CaptionCorpus() {}

  /**
   * A picture and what people say of it.
   *
   * @param image the picture's path as the file states it, or null if it states none
   * @param captions at least one caption
   */
  public record Entry(@Nullable String image, List<String> captions) {}

  /** A line of a JSONL corpus, as it is written. */
  private record Line(@Nullable String image, @Nullable List<@Nullable String> captions) {}

  /**
   * Reads a corpus: a {@code .jsonl} file has an object {@code {"image": "a.png", "captions":
   * ["…"]}} a line, the image being optional; any other file has a caption a line. Blank lines are
   * passed over.
   *
   * @param file a UTF-8 file
   * @return its entries in their order, at least one
   * @throws IllegalArgumentException if the file is missing or empty, or a line is malformed; the
   *     message names file, line and reason
   */
  public static List<Entry> read(Path file) {
    boolean json = file.toString().endsWith(".jsonl");
    List<Entry> entries = new ArrayList<>();
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty()) {
        entries.add(json ? parse(file, i + 1, line) : new Entry(null, List.of(line)));
      }
    }
    if (entries.isEmpty()) {
      throw new IllegalArgumentException(file + ": expected at least one caption, found none");
    }
    return entries;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + ": expected a corpus, found no file", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + ": expected UTF-8 text", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static Entry parse(Path file, int number, String json) {
    Line line;
    try {
      line = JSON.fromJson(json, Line.class);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(
          "%s:%d: expected a JSON object: %s".formatted(file, number, e.getMessage()), e);
    }
    if (line == null || line.captions() == null || line.captions().isEmpty()) {
      throw new IllegalArgumentException(
          "%s:%d: expected 'captions' with at least one caption, found none"
              .formatted(file, number));
    }
    List<String> captions = new ArrayList<>();
    for (String caption : line.captions()) {
      if (caption == null || caption.isBlank()) {
        throw new IllegalArgumentException(
            "%s:%d: expected captions of text, found an empty one".formatted(file, number));
      }
      captions.add(caption);
    }
    return new Entry(line.image(), List.copyOf(captions));
  }
}
