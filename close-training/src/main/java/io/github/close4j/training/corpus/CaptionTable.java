package io.github.close4j.training.corpus;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import com.google.common.collect.Multisets;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Ids;
import io.github.close4j.internal.io.Json;
import io.github.close4j.training.corpus.Records.BadRecord;
import io.github.close4j.training.corpus.Records.Located;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Captions in columns: which character parts them, and which of them hold what. The first line
 * names them, or the one with pictures' files is found by its cells.
 *
 * @param separator a comma or semicolon, with quoted cells; or a tab or bar, without
 * @param hasHeader whether the first row names the columns
 * @param columns how many there are
 * @param image the column of pictures' files, or -1
 * @param id the column of pictures' ids, or -1
 * @param caption the column of captions
 */
record CaptionTable(
    char separator, boolean hasHeader, int columns, int image, int id, int caption) {

  /** How pictures' files end; some of Flickr8k's have a number behind. */
  static final String FILE_END = "\\.(?:jpe?g|png|gif|bmp|webp|tiff?|avif|heic)(?:\\.\\d+)?";

  /** A picture's file or address, and the number of one of its captions. */
  private static final Pattern PICTURE_CELL =
      Pattern.compile("(?i)(https?://\\S+|[^\\t|\"]*" + FILE_END + ")(?:#\\d+)?");

  private static final Pattern NUMBERED_CELL = Pattern.compile("(\\S+)#\\d+");
  private static final Pattern WORD = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_.]*|unnamed:_\\d+|");
  private static final Pattern FILE_NAME =
      Pattern.compile("(?:image|img)_\\w+|file_?(?:name|path)");
  private static final Pattern LETTER = Pattern.compile(".*\\p{L}.*", Pattern.DOTALL);
  private static final Pattern NUMBER_AND_TEXT = Pattern.compile("\\s*(\\d+)\\s+(\\S.*)");

  private static final List<String> CAPTION_NAMES =
      List.of("caption", "captions", "comment", "text", "sentence", "sentences", "raw");
  private static final List<String> IMAGE_NAMES =
      List.of(
          "image",
          "image_name",
          "image_file",
          "image_path",
          "img",
          "img_name",
          "img_path",
          "filename",
          "file_name",
          "filepath",
          "file_path",
          "file",
          "photo",
          "picture",
          "path",
          "image_url",
          "url");
  private static final List<String> ID_NAMES = List.of("image_id", "img_id", "id");
  private static final int NONE = -1;

  /** What stands between columns; of two that fit, the first is taken. */
  private static final List<Character> SEPARATORS = List.of('\t', '|', ',', ';');

  /**
   * Recognises a table.
   *
   * @param head the first lines of a file
   * @return the table, or null if there is none
   * @throws UnrecognizedForm if there is one, and nobody knows which column holds the captions
   */
  static @Nullable CaptionTable of(String head) {
    for (char separator : SEPARATORS) {
      List<List<String>> rows = rows(head, separator);
      CaptionTable table = rows.isEmpty() ? null : withHeader(separator, rows.get(0));
      if (table != null) {
        return table;
      }
    }
    for (char separator : SEPARATORS) {
      CaptionTable table = withoutHeader(separator, rows(head, separator));
      if (table != null) {
        return table;
      }
    }
    return null;
  }

  private static @Nullable CaptionTable withHeader(char separator, List<String> cells) {
    List<String> names =
        cells.stream().map(cell -> cell.toLowerCase(Locale.ROOT).replaceAll("[ -]", "_")).toList();
    List<String> captions = names.stream().filter(CAPTION_NAMES::contains).toList();
    int image = first(names, IMAGE_NAMES);
    int id = first(names, ID_NAMES);
    if (!isHeader(names, captions, image != NONE || id != NONE)) {
      return null;
    }
    if (captions.size() != 1) {
      throw new UnrecognizedForm(
          "columns named %s, of which one has to be named %s"
              .formatted(cells, String.join(" or ", CAPTION_NAMES)));
    }
    // A caption's number is called id, too: it counts where nothing else names the picture.
    boolean ofCaptions = id != NONE && image != NONE && names.get(id).equals("id");
    return new CaptionTable(
        separator,
        true,
        names.size(),
        image,
        ofCaptions ? NONE : id,
        names.indexOf(captions.get(0)));
  }

  /** A caption's own words may be names of columns, so one alone does not tell. */
  private static boolean isHeader(
      List<String> names, List<String> captions, boolean namesPictures) {
    if (captions.contains("caption") || captions.contains("captions")) {
      return names.stream().allMatch(name -> WORD.matcher(name).matches());
    }
    return names.size() > 1
        && (captions.isEmpty()
            ? names.stream().anyMatch(name -> FILE_NAME.matcher(name).matches())
            : namesPictures);
  }

  private static int first(List<String> names, List<String> wanted) {
    return wanted.stream().mapToInt(names::indexOf).filter(i -> i >= 0).findFirst().orElse(NONE);
  }

  private static @Nullable CaptionTable withoutHeader(char separator, List<List<String>> rows) {
    Multiset<Integer> sizes = HashMultiset.create();
    rows.forEach(row -> sizes.add(row.size()));
    if (sizes.isEmpty()) {
      return null;
    }
    int columns = Multisets.copyHighestCountFirst(sizes).iterator().next();
    if (columns < 2 || sizes.count(columns) * 2 <= rows.size()) {
      return null;
    }
    List<List<String>> fitting = rows.stream().filter(row -> row.size() == columns).toList();
    int[] images = columns(fitting, CaptionTable::isPicture, separator);
    if (isQuoted(separator)
        && rows.size() == 1
        && images.length > 0
        && hasBlank(rows.get(0).get(images[0]))) {
      return null; // One sentence may name a file before its comma; many do not.
    }
    int[] texts = columns(fitting, CaptionTable::isText, separator);
    if (images.length == 1 && texts.length == 1) {
      return new CaptionTable(separator, false, columns, images[0], NONE, texts[0]);
    }
    // Sentences have commas and semicolons, seldom a bar, and no tab.
    if (images.length > 0 || separator == '\t' || (separator == '|' && rows.size() > 1)) {
      throw new UnrecognizedForm(columns + " columns without names, such as " + fitting.get(0));
    }
    return null;
  }

  private static boolean hasBlank(String cell) {
    return cell.chars().anyMatch(Character::isWhitespace);
  }

  private interface CellTest {
    boolean test(String cell, char separator);
  }

  /** The columns most of whose cells pass a test. */
  private static int[] columns(List<List<String>> rows, CellTest test, char separator) {
    return IntStream.range(0, rows.get(0).size())
        .filter(
            column ->
                rows.stream().filter(row -> test.test(row.get(column), separator)).count() * 2
                    > rows.size())
        .toArray();
  }

  private static boolean isPicture(String cell, char separator) {
    return PICTURE_CELL.matcher(cell).matches()
        || (separator == '\t' && NUMBERED_CELL.matcher(cell).matches());
  }

  private static boolean isText(String cell, char separator) {
    return LETTER.matcher(cell).matches() && !isPicture(cell, separator);
  }

  private static List<List<String>> rows(String head, char separator) {
    if (!isQuoted(separator)) {
      return head.lines()
          .filter(line -> !line.isBlank())
          .map(line -> split(line, separator, Integer.MAX_VALUE))
          .toList();
    }
    List<List<String>> rows = new ArrayList<>();
    try (CsvReader<CsvRecord> csv = csv(separator).allowUnclosedQuote(true).ofCsvRecord(head)) {
      csv.forEach(row -> rows.add(stripped(row.getFields())));
    } catch (IOException | CsvParseException e) {
      // Told when the file is read, if it is a table by the rows before.
    }
    return rows;
  }

  private static CsvReader.CsvReaderBuilder csv(char separator) {
    return CsvReader.builder()
        .fieldSeparator(separator)
        .trimWhitespacesAroundQuotes(true)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE);
  }

  private static boolean isQuoted(char separator) {
    return separator == ',' || separator == ';';
  }

  private static List<String> split(String line, char separator, int mostCells) {
    String[] cells = line.split(Pattern.quote(String.valueOf(separator)), mostCells);
    return Arrays.stream(cells).map(CaptionTable::unquoted).toList();
  }

  /** Some programs quote cells where no quotes are needed. */
  private static String unquoted(String cell) {
    String text = cell.strip();
    boolean isQuoted =
        text.length() > 1
            && text.startsWith("\"")
            && text.endsWith("\"")
            && !text.substring(1, text.length() - 1).replace("\"\"", "").contains("\"");
    return isQuoted ? text.substring(1, text.length() - 1).replace("\"\"", "\"").strip() : text;
  }

  private static List<String> stripped(List<String> cells) {
    return cells.stream().map(String::strip).toList();
  }

  /** The rows of a file of this form, without the one that names the columns. */
  Iterator<Located<List<String>>> read(TextFile file) {
    Iterator<Located<List<String>>> rows = isQuoted(separator) ? csv(file) : lines(file);
    if (hasHeader && rows.hasNext()) {
      rows.next();
    }
    return rows;
  }

  private Iterator<Located<List<String>>> lines(TextFile file) {
    return new AbstractIterator<>() {
      @Override
      protected @Nullable Located<List<String>> computeNext() {
        for (String line = file.readLine(); line != null; line = file.readLine()) {
          if (!line.isBlank()) {
            return new Located<>(file.place(), split(line, separator, mostCells()));
          }
        }
        return endOfData();
      }
    };
  }

  /** A caption that is the last column may hold the bar that parts them. */
  private int mostCells() {
    return separator == '|' && caption == columns - 1 ? columns : Integer.MAX_VALUE;
  }

  private Iterator<Located<List<String>>> csv(TextFile file) {
    Iterator<CsvRecord> rows =
        csv(separator).allowUnclosedQuote(false).ofCsvRecord(file.reader()).iterator();
    return new AbstractIterator<>() {
      private long line = 1;

      @Override
      protected @Nullable Located<List<String>> computeNext() {
        try {
          if (!rows.hasNext()) {
            return endOfData();
          }
          CsvRecord row = rows.next();
          line = row.getStartingLineNumber();
          return new Located<>("line " + line, stripped(row.getFields()));
        } catch (CsvParseException e) {
          throw new UnusableFileException(
              file.file(), "expected columns, found: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
          throw TextFile.unreadable(
              file.file(), "behind line " + line, Objects.requireNonNull(e.getCause()));
        }
      }
    };
  }

  /** Adds what a row says. */
  void addTo(CaptionGroups captions, List<String> cells) {
    List<String> row = cells.size() == columns - 1 ? withMissingBar(cells) : cells;
    if (row.size() != columns) {
      throw new BadRecord(
          "expected %d columns, found %d%s"
              .formatted(
                  columns,
                  row.size(),
                  isQuoted(separator) ? "; text with commas needs quotes" : ""));
    }
    String picture = image == NONE ? null : row.get(image);
    String number = id == NONE ? null : row.get(id);
    if (!hasHeader && !isPicture(row.get(image), separator)) {
      throw new BadRecord("expected a picture's file, found '" + picture + "'");
    }
    if (number != null && picture == null && PICTURE_CELL.matcher(number).matches()) {
      picture = number;
      number = null;
    }
    if (number != null && number.isEmpty() && picture != null) {
      number = null;
    }
    captions.add(
        number == null ? null : named(number),
        picture == null ? null : named(withoutNumber(picture)),
        captions(row.get(caption)));
  }

  /** Flickr30k's file, as it was published, has a row in which the second bar is missing. */
  private List<String> withMissingBar(List<String> cells) {
    Matcher numberAndText = NUMBER_AND_TEXT.matcher(cells.get(cells.size() - 1));
    if (separator != '|' || caption != columns - 1 || !numberAndText.matches()) {
      return cells;
    }
    List<String> row = new ArrayList<>(cells.subList(0, cells.size() - 1));
    row.add(numberAndText.group(1));
    row.add(numberAndText.group(2));
    return row;
  }

  /** A picture's file, without the number of the caption that may stand behind it. */
  private static String withoutNumber(String cell) {
    Matcher file = PICTURE_CELL.matcher(cell);
    Matcher numbered = NUMBERED_CELL.matcher(cell);
    return file.matches() ? file.group(1) : numbered.matches() ? numbered.group(1) : cell;
  }

  private static String named(String cell) {
    String name = Ids.ofText(cell);
    if (name == null) {
      throw new BadRecord("expected a picture, found '" + cell + "'");
    }
    return name;
  }

  /** A caption, or a JSON list of them, as data frames with lists are written. */
  private static List<String> captions(String cell) {
    if (!cell.startsWith("[") || !cell.endsWith("]")) {
      return List.of(cell);
    }
    return Json.parse("{\"captions\": " + cell + "}", BadRecord::new).filledTexts("captions");
  }
}
