package io.github.close4j.training.corpus;

import io.github.close4j.internal.io.VisibleText;
import io.github.close4j.training.corpus.Records.BadRecord;
import io.github.close4j.training.corpus.Records.Malformed;
import io.github.close4j.training.corpus.Records.Parser;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Pairs of sentences with the label that people gave them. */
final class EntailmentCorpora {
  private static final List<String> LABELS = List.of("entailment", "neutral", "contradiction");
  private static final String NO_AGREEMENT = "-";

  private EntailmentCorpora() {}

  static Stream<EntailmentPair> snli(Path file, Malformed malformed) {
    return Records.ofJsonLines(
        TextFile.open(file),
        malformed,
        (place, pair, pairs) -> {
          String label = pair.filledText("gold_label");
          if (!label.equals(NO_AGREEMENT)) {
            pairs.accept(
                pair(
                    pair.nameOrNull("pairID"),
                    picture(pair.nameOrNull("captionID")),
                    pair.filledText("sentence1"),
                    pair.filledText("sentence2"),
                    label));
          }
        });
  }

  static Stream<EntailmentPair> sick(Path file, Malformed malformed) {
    return Records.ofLines(file, malformed, new SickParser());
  }

  /** A caption's name is that of its picture in Flickr30k, a hash sign and a number. */
  private static @Nullable String picture(@Nullable String caption) {
    if (caption == null) {
      return null;
    }
    int end = caption.indexOf('#');
    return end < 0 ? null : caption.substring(0, end);
  }

  private static EntailmentPair pair(
      @Nullable String id,
      @Nullable String image,
      String premise,
      String hypothesis,
      String label) {
    if (!LABELS.contains(label)) {
      throw new BadRecord("expected a label of " + LABELS + ", found " + label);
    }
    return new EntailmentPair(id, image, premise, hypothesis, label);
  }

  /** Reads lines in their order, the first of which names the columns. */
  private static final class SickParser implements Parser<String, EntailmentPair> {
    private @Nullable List<String> columns;

    @Override
    public void parse(String place, String line, Consumer<? super EntailmentPair> pairs) {
      List<String> cells = Arrays.stream(line.split("\t", -1)).map(String::strip).toList();
      if (columns == null) {
        columns = cells;
        return;
      }
      if (cells.size() != columns.size()) {
        throw new BadRecord(
            "expected %d columns, found %d".formatted(columns.size(), cells.size()));
      }
      String label =
          columns.contains("entailment_label")
              ? cell(cells, "entailment_label")
              : cell(cells, "entailment_judgment");
      pairs.accept(
          pair(
              null,
              null,
              cell(cells, "sentence_A"),
              cell(cells, "sentence_B"),
              label.toLowerCase(Locale.ROOT)));
    }

    private String cell(List<String> cells, String name) {
      int column = columns == null ? -1 : columns.indexOf(name);
      if (column < 0) {
        throw new BadRecord("expected a column '" + name + "', found " + columns);
      }
      String cell = cells.get(column);
      if (!VisibleText.isIn(cell)) {
        throw new BadRecord("expected '" + name + "' to hold text, found none that is visible");
      }
      return cell;
    }
  }
}
