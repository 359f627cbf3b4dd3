package io.github.close4j.examples.report;

import com.google.common.html.HtmlEscapers;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An HTML page that needs no other file: headings, paragraphs, tables and pictures, in order. */
public final class HtmlPage {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>%1$s</title>
      <style>
        body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 84rem;
               padding: 0 1rem; color: #1c1c1e; background: #fafafa; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .85rem; background: #fff; }
        th, td { border: 1px solid #e3e3e6; padding: .35rem .6rem; text-align: right;
                 overflow-wrap: anywhere; }
        th:first-child, td:first-child, .words td { text-align: left; }
        .pictures { display: flex; flex-wrap: wrap; gap: 1rem; }
        img { background: #fff; border: 1px solid #e3e3e6; border-radius: .4rem;
              max-width: 100%%; }
      </style>
      <h1>%1$s</h1>
      """;

  private final StringBuilder html = new StringBuilder();

  /**
   * A picture.
   *
   * @param description what it shows, for those who cannot see it
   * @param png the picture as a PNG file; not copied
   */
  public record Picture(String description, byte[] png) {}

  /**
   * An empty page.
   *
   * @param title stands above it
   */
  public HtmlPage(String title) {
    html.append(HEAD.formatted(escape(title)));
  }

  /**
   * Begins a part.
   *
   * @param heading stands above it
   * @return this page
   */
  @CanIgnoreReturnValue
  public HtmlPage heading(String heading) {
    return element("h2", heading);
  }

  /**
   * Adds a paragraph.
   *
   * @param text plain text
   * @return this page
   */
  @CanIgnoreReturnValue
  public HtmlPage paragraph(String text) {
    return element("p", text);
  }

  private HtmlPage element(String tag, String text) {
    html.append("<%1$s>%2$s</%1$s>%n".formatted(tag, escape(text)));
    return this;
  }

  /**
   * Adds a table of numbers, which are set to the right; its first column is to the left.
   *
   * @param head the columns' names
   * @param rows a list of cells a row
   * @return this page
   */
  @CanIgnoreReturnValue
  public HtmlPage numbers(List<String> head, List<? extends List<String>> rows) {
    return table("<table>", head, rows);
  }

  /**
   * Adds a table of words, which are set to the left.
   *
   * @param head the columns' names
   * @param rows a list of cells a row
   * @return this page
   */
  @CanIgnoreReturnValue
  public HtmlPage words(List<String> head, List<? extends List<String>> rows) {
    return table("<table class=\"words\">", head, rows);
  }

  private HtmlPage table(String opening, List<String> head, List<? extends List<String>> rows) {
    html.append("<div class=\"scroll\">").append(opening).append('\n');
    row("th", head);
    rows.forEach(row -> row("td", row));
    html.append("</table></div>\n");
    return this;
  }

  private void row(String tag, List<String> cells) {
    html.append("<tr>");
    cells.forEach(cell -> html.append("<%1$s>%2$s</%1$s>".formatted(tag, escape(cell))));
    html.append("</tr>\n");
  }

  /**
   * Adds pictures side by side.
   *
   * @param pictures the pictures
   * @return this page
   */
  @CanIgnoreReturnValue
  public HtmlPage pictures(List<Picture> pictures) {
    html.append("<div class=\"pictures\">\n");
    for (Picture picture : pictures) {
      html.append(
          "<img alt=\"%s\" src=\"data:image/png;base64,%s\">%n"
              .formatted(
                  escape(picture.description()),
                  Base64.getEncoder().encodeToString(picture.png())));
    }
    html.append("</div>\n");
    return this;
  }

  /**
   * Adds a Markdown table of numbers as one of HTML.
   *
   * @param lines head, the line that divides, and rows
   * @return this page
   */
  @CanIgnoreReturnValue
  public HtmlPage markdown(List<String> lines) {
    List<List<String>> cells = new ArrayList<>();
    lines.forEach(line -> cells.add(MarkdownTable.cells(line)));
    return numbers(cells.get(0), cells.subList(2, cells.size()));
  }

  private static String escape(String text) {
    return HtmlEscapers.htmlEscaper().escape(text);
  }

  /**
   * The page so far.
   *
   * @return a whole HTML document
   */
  @Override
  public String toString() {
    return html + "</html>\n";
  }
}
