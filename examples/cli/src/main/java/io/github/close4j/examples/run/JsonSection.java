package io.github.close4j.examples.run;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An object of a JSON file that is read key by key; what was not asked for is refused. */
final class JsonSection {
  private final String place;
  private final JsonObject object;
  private final Set<String> read = new HashSet<>();
  private final List<JsonSection> sections = new ArrayList<>();

  JsonSection(String place, JsonObject object) {
    this.place = place;
    this.object = object;
  }

  private @Nullable JsonElement value(String key) {
    read.add(key);
    return object.get(key);
  }

  boolean has(String key) {
    return object.has(key);
  }

  /** Refuses keys that nobody asked for, here and in the sections that were read. */
  void requireNothingElse() {
    for (String key : object.keySet()) {
      if (!read.contains(key)) {
        throw new IllegalArgumentException(
            "%s: expected no key but %s, found '%s'".formatted(place, new ArrayList<>(read), key));
      }
    }
    sections.forEach(JsonSection::requireNothingElse);
  }

  JsonSection section(String key) {
    JsonElement value = value(key);
    if (value == null || !value.isJsonObject()) {
      throw wrong(key, "an object", value);
    }
    JsonSection section = new JsonSection(place + ": " + key, value.getAsJsonObject());
    sections.add(section);
    return section;
  }

  @Nullable JsonSection sectionOrNull(String key) {
    return has(key) ? section(key) : null;
  }

  String text(String key) {
    JsonElement value = value(key);
    if (value instanceof JsonPrimitive primitive && primitive.isString()) {
      return primitive.getAsString();
    }
    throw wrong(key, "a text", value);
  }

  @Nullable String textOrNull(String key) {
    return has(key) ? text(key) : null;
  }

  List<String> texts(String key) {
    JsonElement value = value(key);
    List<String> texts = new ArrayList<>();
    if (value instanceof JsonArray array) {
      for (JsonElement element : array) {
        if (!(element instanceof JsonPrimitive primitive) || !primitive.isString()) {
          throw wrong(key, "texts", value);
        }
        texts.add(primitive.getAsString());
      }
      return texts;
    }
    throw wrong(key, "a list of texts", value);
  }

  double number(String key) {
    JsonElement value = value(key);
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      return primitive.getAsDouble();
    }
    throw wrong(key, "a number", value);
  }

  long integer(String key) {
    JsonElement value = value(key);
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      try {
        return primitive.getAsBigDecimal().longValueExact();
      } catch (ArithmeticException | NumberFormatException e) {
        throw wrong(key, "a whole number", value);
      }
    }
    throw wrong(key, "a whole number", value);
  }

  int smallInteger(String key) {
    long value = integer(key);
    if (value != (int) value) {
      throw wrong(key, "a whole number of 32 bits", object.get(key));
    }
    return (int) value;
  }

  boolean flag(String key) {
    JsonElement value = value(key);
    if (value instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    throw wrong(key, "true or false", value);
  }

  <E extends Enum<E>> E constant(String key, Class<E> type) {
    String text = text(key);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    throw wrong(key, "one of " + List.of(type.getEnumConstants()), object.get(key));
  }

  private IllegalArgumentException wrong(String key, String expected, @Nullable JsonElement found) {
    return new IllegalArgumentException(
        "%s: %s: expected %s, found %s"
            .formatted(place, key, expected, found == null ? "none" : found));
  }
}
