package io.github.close4j.training.corpus;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object, each checked for its kind when it is read. */
record JsonFields(JsonObject object) {

  static JsonFields of(JsonElement element) throws BadRecordException {
    if (!element.isJsonObject()) {
      throw new BadRecordException("expected a JSON object, found " + kind(element));
    }
    return new JsonFields(element.getAsJsonObject());
  }

  /** A text that is not blank. */
  String text(String name) throws BadRecordException {
    return text(name, object.get(name));
  }

  /** A text, even an empty one. */
  String anyText(String name) throws BadRecordException {
    return anyText(name, object.get(name));
  }

  /** A text or a number, as text, or null if the field is missing. */
  @Nullable String nameOrNull(String name) throws BadRecordException {
    return object.has(name) && !object.get(name).isJsonNull() ? name(name) : null;
  }

  /** A text or a number, as text. */
  String name(String name) throws BadRecordException {
    JsonElement element = object.get(name);
    if (element instanceof JsonPrimitive value && (value.isString() || value.isNumber())) {
      return value.getAsString();
    }
    throw new BadRecordException(
        "expected '%s' to be a number or a text, found %s".formatted(name, kind(element)));
  }

  /** A list of texts, at least one, none blank. */
  List<String> texts(String name) throws BadRecordException {
    List<String> texts = new ArrayList<>();
    for (JsonElement element : array(name)) {
      texts.add(text(name, element));
    }
    return texts;
  }

  /** The first entry of a list, a text that is not blank. */
  String firstText(String name) throws BadRecordException {
    return text(name, array(name).get(0));
  }

  /** A list of objects, at least one. */
  List<JsonFields> objects(String name) throws BadRecordException {
    List<JsonFields> objects = new ArrayList<>();
    for (JsonElement element : array(name)) {
      objects.add(of(element));
    }
    return objects;
  }

  private JsonArray array(String name) throws BadRecordException {
    JsonElement element = object.get(name);
    if (element instanceof JsonArray array && !array.isEmpty()) {
      return array;
    }
    throw new BadRecordException(
        "expected '%s' to be a list with at least one entry, found %s"
            .formatted(name, kind(element)));
  }

  private static String text(String name, @Nullable JsonElement element) throws BadRecordException {
    String text = anyText(name, element);
    if (text.isBlank()) {
      throw new BadRecordException("expected '" + name + "' to hold text, found a blank one");
    }
    return text;
  }

  private static String anyText(String name, @Nullable JsonElement element)
      throws BadRecordException {
    if (element instanceof JsonPrimitive value && value.isString()) {
      return value.getAsString();
    }
    throw new BadRecordException(
        "expected '%s' to be text, found %s".formatted(name, kind(element)));
  }

  private static String kind(@Nullable JsonElement element) {
    if (element == null) {
      return "none";
    }
    if (element.isJsonNull()) {
      return "null";
    }
    if (element instanceof JsonArray array) {
      return array.isEmpty() ? "an empty list" : "a list";
    }
    if (element.isJsonObject()) {
      return "an object";
    }
    return element.getAsJsonPrimitive().toString();
  }
}
