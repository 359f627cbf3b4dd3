package io.github.close4j.onnx.internal.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a JSON file. A missing one, or {@code null}, has its default; a wrong one is
 * refused with its full name.
 */
final class Settings {
  private final Path file;
  private final String prefix;
  private final JsonObject values;

  private Settings(Path file, String prefix, JsonObject values) {
    this.file = file;
    this.prefix = prefix;
    this.values = values;
  }

  static Settings read(Path file) {
    try {
      return new Settings(file, "", JsonFile.read(file));
    } catch (IOException e) {
      throw new UnusableFileException(file, e.getMessage(), e);
    }
  }

  Path file() {
    return file;
  }

  /** All of them, as JSON. */
  String json() {
    return values.toString();
  }

  boolean has(String name) {
    return value(name) != null;
  }

  /** An object of settings; an empty one if it is missing. */
  Settings section(String name) {
    JsonElement value = value(name);
    if (value != null && !value.isJsonObject()) {
      throw wrong(name, "an object", value);
    }
    JsonObject section = value == null ? new JsonObject() : value.getAsJsonObject();
    return new Settings(file, prefix + name + ".", section);
  }

  boolean isSection(String name) {
    JsonElement value = value(name);
    return value != null && value.isJsonObject();
  }

  int integer(String name) {
    JsonElement value = value(name);
    try {
      return Math.toIntExact(JsonFile.integer(value));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw wrong(name, "a whole number", value);
    }
  }

  int integer(String name, int missing) {
    return has(name) ? integer(name) : missing;
  }

  double number(String name, double missing) {
    JsonElement value = value(name);
    return value == null ? missing : number(name, value);
  }

  /** Three numbers, one a colour. */
  float[] threeNumbers(String name, float[] missing) {
    JsonElement value = value(name);
    if (value == null) {
      return missing;
    }
    if (!value.isJsonArray() || value.getAsJsonArray().size() != 3) {
      throw wrong(name, "three numbers", value);
    }
    float[] numbers = new float[3];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) number(name, value.getAsJsonArray().get(i));
    }
    return numbers;
  }

  boolean flag(String name, boolean missing) {
    JsonElement value = value(name);
    if (value == null) {
      return missing;
    }
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
      throw wrong(name, "true or false", value);
    }
    return value.getAsBoolean();
  }

  String text(String name, String missing) {
    JsonElement value = value(name);
    if (value == null) {
      return missing;
    }
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw wrong(name, "text", value);
    }
    return value.getAsString();
  }

  /** Text that must be one of a few; a missing one counts as the first. */
  String oneOf(String name, List<String> allowed) {
    String found = text(name, allowed.get(0));
    if (!allowed.contains(found)) {
      throw wrong(name, String.join(" or ", allowed), value(name));
    }
    return found;
  }

  /** Refuses a value that is there and is not what this library implements. */
  void require(String name, boolean supported) {
    if (flag(name, supported) != supported) {
      throw wrong(name, Boolean.toString(supported), value(name));
    }
  }

  /** Refuses a value that is there and is not what this library implements. */
  void require(String name, int supported) {
    if (integer(name, supported) != supported) {
      throw wrong(name, Integer.toString(supported), value(name));
    }
  }

  UnusableFileException wrong(String name, String expected, @Nullable Object found) {
    String shown = found == null ? "nothing" : found.toString();
    shown = shown.length() > 100 ? shown.substring(0, 100) + "…" : shown;
    return new UnusableFileException(
        file, "%s%s: expected %s, found %s".formatted(prefix, name, expected, shown));
  }

  private double number(String name, JsonElement value) {
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw wrong(name, "a number", value);
    }
    return value.getAsDouble();
  }

  private @Nullable JsonElement value(String name) {
    JsonElement value = values.get(name);
    return value == null || value.isJsonNull() ? null : value;
  }
}
