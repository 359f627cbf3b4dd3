package io.github.close4j.training.corpus;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How captions are written in a file, told by its first lines: its name does not tell. Flickr8k's
 * columns, for one, come as {@code captions.txt}.
 *
 * @param kind the form
 * @param table the columns, or null if there are none
 */
record CaptionForm(Kind kind, @Nullable CaptionTable table) {

  enum Kind {
    LINES("a caption in each line"),
    TABLE("columns"),
    JSON_LINES("a JSON object in each line"),
    JSON_LIST("a JSON list"),
    COCO("a JSON document with fields, as COCO's"),
    KARPATHY(
        "Karpathy's JSON document, of which splits are to be named (Corpus.karpathy, or --splits)");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** Braces and brackets in a caption are followed by words. */
  private static final Pattern JSON_OBJECT = Pattern.compile("\\{\\s*(?:[\"'}]|\\R)");

  private static final Pattern JSON_LIST = Pattern.compile("\\[\\s*(?:[\\[{\"'\\]]|\\R)");

  /** A picture's file, or a name with a caption's number behind it, and what parts columns. */
  private static final Pattern PICTURE_FIRST =
      Pattern.compile(
          "(?i)\"?\\S+"
              + CaptionTable.FILE_END
              + "(?:#\\d+)?\"?(?:\\s*[,;|\\t:].*|)|\\S+#\\d+\\t.*");

  private static final Pattern PICTURE_AND_BLANK =
      Pattern.compile("(?i)\\S+" + CaptionTable.FILE_END + "(?:#\\d+)?\\s.*");

  private static final Pattern NUMBER_FIRST = Pattern.compile("\\d+[,;][\"\\p{L}].*");

  /**
   * Recognises a form.
   *
   * @param head the first lines of a file
   * @return the form; lines if it is no other
   * @throws UnrecognizedForm if it is no form of captions
   */
  static CaptionForm of(String head) {
    String text = head.stripLeading();
    if (JSON_LIST.matcher(text).lookingAt()) {
      return new CaptionForm(Kind.JSON_LIST, null);
    }
    if (JSON_OBJECT.matcher(text).lookingAt()) {
      return new CaptionForm(ofObject(text), null);
    }
    requireNoOtherFile(text.toLowerCase(Locale.ROOT));
    CaptionTable table = CaptionTable.of(head);
    if (table != null) {
      return new CaptionForm(Kind.TABLE, table);
    }
    requireSentences(head.lines().map(String::strip).filter(line -> !line.isEmpty()).toList());
    return new CaptionForm(Kind.LINES, null);
  }

  /** The first object of many, or a document, which tells itself by the names of its lists. */
  private static Kind ofObject(String text) {
    boolean endsInLine = text.lines().findFirst().orElse("").stripTrailing().endsWith("}");
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.beginObject();
      while (reader.hasNext()) {
        String name = reader.nextName();
        boolean isList = reader.peek() == JsonToken.BEGIN_ARRAY;
        if (isList && name.equals("annotations")) {
          return Kind.COCO;
        }
        if (isList && name.equals("images")) {
          return hasSentences(reader) ? Kind.KARPATHY : Kind.COCO;
        }
        reader.skipValue();
      }
      return endsInLine ? Kind.JSON_LINES : Kind.COCO;
    } catch (IOException | IllegalStateException e) {
      // An object that is longer than the first lines is a document; a broken one is told later.
      return endsInLine && text.lines().limit(2).count() > 1 ? Kind.JSON_LINES : Kind.COCO;
    }
  }

  /** Whether the first of a list of images says what people said of it. */
  private static boolean hasSentences(JsonReader reader) throws IOException {
    reader.beginArray();
    if (!reader.hasNext() || reader.peek() != JsonToken.BEGIN_OBJECT) {
      return false;
    }
    reader.beginObject();
    while (reader.hasNext()) {
      if (reader.nextName().equals("sentences")) {
        return true;
      }
      reader.skipValue();
    }
    return false;
  }

  private static void requireNoOtherFile(String text) {
    if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml")) {
      throw new UnrecognizedForm("a page of the web, or XML");
    }
    if (text.startsWith("version https://git-lfs")) {
      throw new UnrecognizedForm("a Git LFS pointer in place of the file: 'git lfs pull' gets it");
    }
  }

  private static void requireSentences(List<String> lines) {
    if (most(lines, PICTURE_FIRST) || most(lines, PICTURE_AND_BLANK)) {
      throw new UnrecognizedForm(
          "lines that begin with a picture's file, such as '%s'".formatted(lines.get(0)));
    }
    if (lines.size() > 1 && most(lines, NUMBER_FIRST)) {
      throw new UnrecognizedForm(
          "lines that begin with a number, such as '%s'".formatted(lines.get(0)));
    }
  }

  private static boolean most(List<String> lines, Pattern pattern) {
    return lines.stream().filter(line -> pattern.matcher(line).matches()).count() * 2
        > lines.size();
  }

  /** Whether a line is no caption, whatever the others are. */
  static boolean beginsWithPicture(String line) {
    return PICTURE_FIRST.matcher(line).matches();
  }
}
