package io.github.close4j.onnx.internal.checkpoint;

import com.google.common.base.Splitter;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Seeded configurations none of which is valid for the weights beside them, each made of a sound
 * one by one change to one setting, or by damage after which it is no JSON.
 */
public final class InvalidSettings {
  private static final String NOTHING = "";

  private static final List<String> NO_WHOLE_NUMBERS =
      List.of("\"8\"", "true", "[]", "{}", "[8]", "0.5", "1e300", "9223372036854775808", "1e99999");

  private static final List<String> NO_NUMBERS = List.of("\"0.5\"", "true", "[]", "{}", "[0.5]");
  private static final List<String> NO_TEXTS = List.of("1", "true", "[]", "{}", "[\"gelu\"]");
  private static final List<String> NO_FLAGS = List.of("0", "1", "\"true\"", "[]", "{}", "0.5");
  private static final List<String> NO_OBJECTS = List.of("1", "\"x\"", "true", "[]", "0.5");

  private final SplittableRandom random;
  private final InvalidJson invalidJson;
  private final JsonObject sound;
  private final List<Change> changes = new ArrayList<>();

  /** A setting, values that it must not have, and what a message about it may say. */
  private record Change(String path, Supplier<String> value, List<String> telling) {}

  /** A configuration that is invalid, and what a message about it may say. */
  public record Mutant(String what, byte[] json, List<String> telling) {}

  /** Changes to a sound configuration. */
  public InvalidSettings(String sound, long seed) {
    this.random = new SplittableRandom(seed);
    this.invalidJson = new InvalidJson(random);
    this.sound = JsonParser.parseString(sound).getAsJsonObject();
  }

  /** The next mutant. */
  public Mutant next() {
    if (random.nextInt(4) == 0) {
      return new Mutant("no JSON", invalidJson.damage(sound.toString()), List.of());
    }
    Change change = changes.get(random.nextInt(changes.size()));
    String value = change.value().get();
    JsonObject changed = sound.deepCopy();
    List<String> path = Splitter.on('/').splitToList(change.path());
    JsonObject parent = changed;
    for (String name : path.subList(0, path.size() - 1)) {
      parent = parent.getAsJsonObject(name);
    }
    String last = path.get(path.size() - 1);
    if (value.equals(NOTHING)) {
      parent.remove(last);
    } else {
      parent.add(last, JsonParser.parseString(value));
    }
    return new Mutant(
        change.path() + " = " + value,
        changed.toString().getBytes(StandardCharsets.UTF_8),
        change.telling());
  }

  /** A dimension that the weights state too; its default, if there is none, is another. */
  public InvalidSettings dimension(String path, String... otherNames) {
    required(path, otherNames);
    return wholeNumber(path, otherNames).value(path, this::otherSize, otherNames);
  }

  /** A number of layers; too few would leave tensors over, which files may have. */
  public InvalidSettings layers(String path, String... otherNames) {
    return wholeNumber(path, otherNames).value(path, () -> between(10, 1 << 20), otherNames);
  }

  /** A setting without which another, its default, is taken, which contradicts the weights. */
  public InvalidSettings required(String path, String... otherNames) {
    return value(path, () -> NOTHING, otherNames);
  }

  /** A number above 0 of any size; here it is made to be none. */
  public InvalidSettings positive(String path, String... otherNames) {
    number(path, otherNames);
    return value(path, () -> one(List.of("0", "-1e-5", "1e400", "1e-60", "-3")), otherNames);
  }

  /** A number; here it is made to be none. */
  public InvalidSettings number(String path, String... otherNames) {
    return value(path, () -> one(NO_NUMBERS), otherNames);
  }

  /** A whole number above 0; here it is made to be none. */
  public InvalidSettings wholeNumber(String path, String... otherNames) {
    value(path, () -> one(NO_WHOLE_NUMBERS), otherNames);
    return value(path, () -> "-" + between(1, Integer.MAX_VALUE), otherNames);
  }

  /** A whole number; here it is one that is beyond a limit. */
  public InvalidSettings above(String path, int limit, String... otherNames) {
    return wholeNumber(path, otherNames)
        .value(path, () -> between(limit + 1, Integer.MAX_VALUE), otherNames);
  }

  /** Text of a few that are known; here it is another one. */
  public InvalidSettings choice(String path, List<String> others) {
    value(path, () -> one(NO_TEXTS));
    value(path, () -> "\"other" + random.nextInt(1000) + "\"");
    return others.isEmpty() ? this : value(path, () -> "\"" + one(others) + "\"", "tensor '");
  }

  /** True or false; here it is the wrong one of them, or none. */
  public InvalidSettings flag(String path, boolean wrong) {
    value(path, () -> one(NO_FLAGS));
    return value(path, () -> Boolean.toString(wrong), "tensor '");
  }

  /** An object; here it is none. */
  public InvalidSettings object(String path) {
    return value(path, () -> one(NO_OBJECTS));
  }

  /** Values that a setting must not have. */
  public InvalidSettings oneOf(String path, List<String> values, String... otherNames) {
    return value(path, () -> one(values), otherNames);
  }

  private InvalidSettings value(String path, Supplier<String> value, String... otherNames) {
    List<String> telling = new ArrayList<>(List.of(otherNames));
    telling.add(path.substring(path.lastIndexOf('/') + 1));
    changes.add(new Change(path, value, telling));
    return this;
  }

  private String otherSize() {
    return switch (random.nextInt(4)) {
      case 0 -> "0";
      case 1 -> between(1 << 20, Integer.MAX_VALUE);
      default -> between(97, 5000);
    };
  }

  private String between(int least, int bound) {
    return Integer.toString(random.nextInt(least, bound));
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
