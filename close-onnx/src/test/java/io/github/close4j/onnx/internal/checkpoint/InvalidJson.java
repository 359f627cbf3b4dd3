package io.github.close4j.onnx.internal.checkpoint;

import com.google.common.base.Strings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Seeded damage to the text of a JSON object after which it is no JSON. The text has neither
 * escapes nor white space within its strings' quotes.
 */
public final class InvalidJson {
  /** What strict JSON does not allow where a value stands. */
  private static final List<String> NO_VALUES =
      List.of(
          "NaN",
          "Infinity",
          "-Infinity",
          "True",
          "None",
          "nul",
          "'x'",
          "x",
          "01",
          "+1",
          ".5",
          "1.",
          "0x10",
          "1e",
          "--1",
          "\"\\q\"",
          "\"\\u12G4\"",
          "\"\t\"",
          "// x\n1",
          "# x\n1",
          "/* */1",
          "=1",
          ";",
          "[1,]",
          "[,1]",
          "{\"a\":1,}",
          "{\"a\" 1}",
          "{\"a\"}",
          "{1:2}",
          "{a:1}");

  /** What must not follow the object. */
  private static final List<String> TAILS = List.of("{}", "}", "]", ",", "1", "x", "\"\"", ":");

  private static final int BEYOND_ANY_STACK = 100_000;

  private final SplittableRandom random;

  /** Damage drawn from a source of random numbers. */
  public InvalidJson(SplittableRandom random) {
    this.random = random;
  }

  /** The text with one damage. */
  public byte[] damage(String json) {
    String text = json.strip();
    return switch (random.nextInt(7)) {
      case 0 -> bytes(text.substring(0, random.nextInt(text.length())));
      case 1 -> bytes(withoutOne(text, "{}[]:\""));
      case 2 -> bytes(text + one(TAILS));
      case 3 -> bytes(withEntry(text, "\"x\":" + one(NO_VALUES)));
      case 4 -> withOtherByte(text, 0x80 + random.nextInt(0x40));
      case 5 -> withOtherByte(text, random.nextInt(0x20));
      default -> bytes(random.nextBoolean() ? nested(text) : twice(text));
    };
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Without one of the marks, whose number would have to be even or matched. */
  private String withoutOne(String text, String marks) {
    int[] places = text.chars().filter(c -> marks.indexOf(c) >= 0).toArray();
    int skip = random.nextInt(places.length);
    for (int at = 0; ; at++) {
      if (marks.indexOf(text.charAt(at)) >= 0 && skip-- == 0) {
        return text.substring(0, at) + text.substring(at + 1);
      }
    }
  }

  private static String withEntry(String text, String entry) {
    return "{" + entry + "," + text.substring(1);
  }

  private String nested(String text) {
    String opening = random.nextBoolean() ? "[" : "{\"x\":";
    int depth = random.nextInt(1000, BEYOND_ANY_STACK);
    String closing = opening.equals("[") ? "]" : "}";
    return withEntry(
        text, "\"x\":" + Strings.repeat(opening, depth) + "1" + Strings.repeat(closing, depth));
  }

  /** A name that the object has already. */
  private String twice(String text) {
    return withEntry(withEntry(text, "\"x\":1"), "\"x\":1");
  }

  /** A continuation byte or a control character within a name. */
  private byte[] withOtherByte(String text, int value) {
    List<Integer> quotes = new ArrayList<>();
    for (int at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
      quotes.add(at);
    }
    // Every second quote ends a string.
    int at = quotes.get(random.nextInt(quotes.size() / 2) * 2) + 1;
    byte[] bytes = bytes(text);
    byte[] damaged = Arrays.copyOf(bytes, bytes.length + 1);
    System.arraycopy(bytes, at, damaged, at + 1, bytes.length - at);
    damaged[at] = (byte) value;
    return damaged;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
