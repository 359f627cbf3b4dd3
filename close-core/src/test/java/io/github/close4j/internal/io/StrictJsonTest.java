package io.github.close4j.internal.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Against a Gson that is strict by itself, as the version of the tests is. */
final class StrictJsonTest {
  /** Texts of what JSON is made of and what it nearly is, so that many are JSON. */
  @Provide
  Arbitrary<String> nearlyJson() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"a\"",
            "\"b\":",
            "1",
            "0",
            "-",
            ".5",
            "e",
            "E",
            "2E3",
            "1e+2",
            "true",
            "TRUE",
            "falsE",
            "Null",
            "null",
            "NaN",
            " ",
            "\n",
            "\t",
            "\\",
            "\"\\u00e9\"",
            "\"\\u0g00\"",
            "\"\\'\"",
            "\"\\\n\"",
            "\"\u0001\"",
            "'",
            "//",
            "#",
            "\ufeff",
            "\u00a0",
            "\"E\u007f\"",
            "[1]",
            "{\"a\":[2]}",
            ";",
            "=")
        .list()
        .ofMaxSize(8)
        .map(pieces -> String.join("", pieces));
  }

  @Property(tries = 20_000)
  void takesWhatAStrictGsonTakes(@ForAll("nearlyJson") String text) {
    assertEquals(strictGson(text), ours(new StringReader(text)), text);
  }

  /** However the text comes in pieces. */
  @Property(tries = 2_000)
  void doesNotDependOnPieces(@ForAll("nearlyJson") String text) {
    Reader dripping =
        new StringReader(text) {
          @Override
          public int read(char[] buffer, int offset, int length) throws IOException {
            return super.read(buffer, offset, Math.min(length, 1));
          }
        };
    assertEquals(ours(new StringReader(text)), ours(dripping), text);
  }

  /** Values before one that is wrong are not lost with it. */
  @Test
  void readsToWhereItIsWrong() throws IOException {
    JsonReader reader = StrictJson.reader(new StringReader("[1,\n {\"a\":2},\n TRUE]"));
    List<String> read = new ArrayList<>();
    reader.beginArray();
    IOException wrong =
        assertThrows(
            IOException.class,
            () -> {
              while (reader.hasNext()) {
                read.add(StrictJson.next(reader).toString());
              }
            });
    assertEquals(List.of("1", "{\"a\":2}"), read);
    assertEquals("malformed JSON at line 3 column 2", StrictJson.problem(wrong));
  }

  private static String strictGson(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      reader.peek(); // Or JsonParser takes nothing at all for null.
      JsonElement element = JsonParser.parseReader(reader);
      return reader.peek() == JsonToken.END_DOCUMENT ? element.toString() : "more";
    } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
      return "refused";
    }
  }

  private static String ours(Reader text) {
    JsonReader reader = StrictJson.reader(text);
    try {
      JsonElement element = StrictJson.next(reader);
      return reader.peek() == JsonToken.END_DOCUMENT ? element.toString() : "more";
    } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
      return "refused";
    }
  }
}
