package io.github.close4j.examples.report;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.List;

/** Tables in Markdown. */
public final class MarkdownTable {
  private static final Splitter CELLS = Splitter.on('|').trimResults();

  private MarkdownTable() {}

  /**
   * Writes a table of numbers.
   *
   * @param head the columns' names
   * @param rows a list of cells a row
   * @return the lines: head, the line that divides, and rows
   */
  public static List<String> lines(List<String> head, List<? extends List<String>> rows) {
    List<String> lines = new ArrayList<>();
    lines.add(line(head));
    lines.add("|---" + "|---:".repeat(head.size() - 1) + "|");
    rows.forEach(row -> lines.add(line(row)));
    return lines;
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  /** The cells of a line that begins and ends with a bar. */
  public static List<String> cells(String line) {
    List<String> parts = CELLS.splitToList(line.strip());
    return parts.subList(1, parts.size() - 1);
  }
}
