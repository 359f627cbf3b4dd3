package io.github.close4j.internal.io;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that is read member by member, each checked for its kind when it is asked for.
 *
 * <p>A document is strict JSON in UTF-8 of at most {@value #MAX_DEPTH} levels in which no object
 * has a name twice. A member that is {@code null} counts as missing. What is wrong is told in one
 * line: place, what was expected, what was found. {@link #requireNothingElse} refuses members that
 * nobody asked for.
 */
public final class Json {
  /** Deeper ones would be read by recursion to the end of the stack. */
  static final int MAX_DEPTH = 200;

  /** Larger ones are no configuration and no index. */
  private static final long MAX_BYTES = 100_000_000;

  private static final int LONGEST_SHOWN = 120;
  private static final int HEAD_BYTES = 512;

  private final JsonObject object;
  private final String place;
  private final Function<String, ? extends RuntimeException> failure;
  private final Set<String> asked = new LinkedHashSet<>();
  private final List<Json> sections = new ArrayList<>();

  private Json(
      JsonObject object, String place, Function<String, ? extends RuntimeException> failure) {
    this.object = object;
    this.place = place;
    this.failure = failure;
  }

  /**
   * Reads a file that holds one object.
   *
   * @throws UnusableFileException if it is missing, larger than 100 MB, or no such file; what is
   *     wrong with its members is an {@code UnusableFileException}, too
   */
  public static Json read(Path file) {
    Function<String, UnusableFileException> failure =
        problem -> new UnusableFileException(file, problem);
    UsableFile.require(file, "a JSON file");
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw failure.apply(
            "expected at most %d bytes of JSON, found %d".formatted(MAX_BYTES, size));
      }
      return parse(decode(ByteBuffer.wrap(Files.readAllBytes(file))), failure);
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + FileFailure.reason(e), e);
    }
  }

  /** Parses a document that is one object; {@code failure} makes an exception of what is wrong. */
  public static Json parse(String document, Function<String, ? extends RuntimeException> failure) {
    return new Json(tree(document, failure), "", failure);
  }

  /** An element of a document that is read piece by piece; it must be an object. */
  public static Json of(JsonElement element, Function<String, ? extends RuntimeException> failure) {
    if (!element.isJsonObject()) {
      throw failure.apply("expected a JSON object, found " + shown(element));
    }
    return new Json(element.getAsJsonObject(), "", failure);
  }

  /**
   * Decodes bytes as UTF-8.
   *
   * @throws IOException if they are no UTF-8
   */
  public static String decode(ByteBuffer bytes) throws IOException {
    byte[] head = new byte[Math.min(bytes.remaining(), HEAD_BYTES)];
    bytes.duplicate().get(head);
    String other = TextEncoding.other(head);
    if (other != null) {
      throw new IOException("expected UTF-8, found " + other);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("expected UTF-8, found other bytes", e);
    }
  }

  private static JsonObject tree(
      String document, Function<String, ? extends RuntimeException> failure) {
    try {
      requireNamesAndDepth(StrictJson.reader(new StringReader(document)));
      JsonReader reader = StrictJson.reader(new StringReader(document));
      JsonElement element = StrictJson.next(reader);
      if (element.isJsonObject() && reader.peek() == JsonToken.END_DOCUMENT) {
        return element.getAsJsonObject();
      }
    } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
      throw withCause(failure.apply("expected a JSON object, found " + found(e)), e);
    }
    throw failure.apply("expected one JSON object, found something else");
  }

  /** What a reader of JSON met that it does not take, in one line, to stand behind "found". */
  public static String found(Exception failure) {
    return truncated(StrictJson.problem(failure));
  }

  private static RuntimeException withCause(RuntimeException exception, Throwable cause) {
    if (exception.getCause() == null) {
      exception.addSuppressed(cause);
    }
    return exception;
  }

  /** The tree keeps the last of two equal names, and readers differ on which one counts. */
  private static void requireNamesAndDepth(JsonReader reader) throws IOException {
    Deque<Set<String>> open = new ArrayDeque<>();
    for (JsonToken token = reader.peek(); token != JsonToken.END_DOCUMENT; token = reader.peek()) {
      switch (token) {
        case BEGIN_OBJECT -> {
          reader.beginObject();
          open.push(new HashSet<>());
        }
        case BEGIN_ARRAY -> {
          reader.beginArray();
          open.push(Set.of());
        }
        case END_OBJECT -> {
          reader.endObject();
          open.pop();
        }
        case END_ARRAY -> {
          reader.endArray();
          open.pop();
        }
        case NAME -> {
          String name = reader.nextName();
          if (!open.element().add(name)) {
            throw new IOException("the name '" + name + "' twice");
          }
        }
        default -> reader.skipValue();
      }
      if (open.size() > MAX_DEPTH) {
        throw new IOException("more than " + MAX_DEPTH + " levels of nesting");
      }
    }
  }

  /** The names of all members, in the document's order; all of them count as asked for. */
  public Set<String> names() {
    asked.addAll(object.keySet());
    return Collections.unmodifiableSet(new LinkedHashSet<>(object.keySet()));
  }

  /** Whether there is a member that is not {@code null}. */
  public boolean has(String name) {
    return value(name) != null;
  }

  /** Whether there is a member that is an object. */
  public boolean isObject(String name) {
    return value(name) instanceof JsonObject;
  }

  /** Whether there is a member that is a list. */
  public boolean isList(String name) {
    return value(name) instanceof JsonArray;
  }

  /** How many elements a list has. */
  public int length(String name) {
    return list(name).size();
  }

  /** An object within this one. */
  public Json object(String name) {
    if (value(name) instanceof JsonObject inner) {
      return section(inner, place + name + ".");
    }
    throw wrong(name, "an object");
  }

  /** An object within this one whose members messages place behind {@code innerPlace}. */
  public Json object(String name, String innerPlace) {
    if (value(name) instanceof JsonObject inner) {
      return section(inner, innerPlace);
    }
    throw failure.apply(innerPlace + "expected an object, found " + shown(value(name)));
  }

  /** An object within this one; one without members if it is missing. */
  public Json objectOrEmpty(String name) {
    return has(name) ? object(name) : section(new JsonObject(), place + name + ".");
  }

  private Json section(JsonObject inner, String innerPlace) {
    Json section = new Json(inner, innerPlace, failure);
    sections.add(section);
    return section;
  }

  /** A list of objects, which may be empty. */
  public List<Json> objects(String name) {
    List<Json> objects = new ArrayList<>();
    for (JsonElement element : list(name)) {
      if (!(element instanceof JsonObject inner)) {
        throw wrong(name, "a list of objects");
      }
      objects.add(section(inner, "%s%s[%d].".formatted(place, name, objects.size())));
    }
    return objects;
  }

  /** Text, even an empty one. */
  public String text(String name) {
    if (value(name) instanceof JsonPrimitive primitive && primitive.isString()) {
      return primitive.getAsString();
    }
    throw wrong(name, "text");
  }

  /** Text, or null if it is missing. */
  public @Nullable String textOrNull(String name) {
    return has(name) ? text(name) : null;
  }

  /** Text with a visible character, as it is: blanks around it stay. */
  public String filledText(String name) {
    if (!VisibleText.isIn(text(name))) {
      throw wrong(name, "text with a visible character");
    }
    return text(name);
  }

  /** A name or an id: text or a number, in the one form that {@link Ids} gives it. */
  public String name(String name) {
    if (value(name) instanceof JsonPrimitive primitive && !primitive.isBoolean()) {
      String written = primitive.getAsString();
      String id = primitive.isNumber() ? Ids.ofNumber(written) : Ids.ofText(written);
      if (id != null) {
        return id;
      }
    }
    throw wrong(name, "a number or text");
  }

  /** A name, or null if it is missing. */
  public @Nullable String nameOrNull(String name) {
    return has(name) ? name(name) : null;
  }

  /** Text that is one of a few; a missing one counts as the first. */
  public String oneOf(String name, List<String> allowed) {
    String found = has(name) ? text(name) : allowed.get(0);
    if (!allowed.contains(found)) {
      throw wrong(name, String.join(" or ", allowed));
    }
    return found;
  }

  /** A list of texts. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonElement element : list(name)) {
      if (!(element instanceof JsonPrimitive primitive) || !primitive.isString()) {
        throw wrong(name, "a list of texts");
      }
      texts.add(primitive.getAsString());
    }
    return texts;
  }

  /** A list of at least one object. */
  public List<Json> filledObjects(String name) {
    filledList(name);
    return objects(name);
  }

  /** A list of at least one text, each with a visible character. */
  public List<String> filledTexts(String name) {
    filledList(name);
    List<String> texts = texts(name);
    if (!texts.stream().allMatch(VisibleText::isIn)) {
      throw wrong(name, "texts with a visible character");
    }
    return texts;
  }

  /** A text or a list of at least one, each with a visible character. */
  public List<String> textOrTexts(String name) {
    return value(name) instanceof JsonArray ? filledTexts(name) : List.of(filledText(name));
  }

  /** The first entry of a list, text with a visible character, whatever the others are. */
  public String firstText(String name) {
    if (filledList(name).get(0) instanceof JsonPrimitive primitive
        && primitive.isString()
        && VisibleText.isIn(primitive.getAsString())) {
      return primitive.getAsString();
    }
    throw wrong(name, "a list that begins with text");
  }

  private JsonArray filledList(String name) {
    JsonArray list = list(name);
    if (list.isEmpty()) {
      throw wrong(name, "a list with at least one entry");
    }
    return list;
  }

  private JsonArray list(String name) {
    if (value(name) instanceof JsonArray array) {
      return array;
    }
    throw wrong(name, "a list");
  }

  /** All members of an object within this one, each of them text, in the document's order. */
  public Map<String, String> textsByName(String name) {
    Json inner = object(name);
    Map<String, String> texts = new LinkedHashMap<>();
    for (String key : inner.object.keySet()) {
      texts.put(key, inner.text(key));
    }
    return texts;
  }

  /** All members of an object, each of them a number, in the document's order. */
  public Map<String, Double> numbersByName(String name) {
    Json inner = object(name);
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (String key : inner.object.keySet()) {
      numbers.put(key, inner.number(key));
    }
    return numbers;
  }

  /** The finite number nearest to what is written. */
  public double number(String name) {
    return number(name, value(name));
  }

  private double number(String name, @Nullable JsonElement value) {
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      double number = primitive.getAsDouble();
      if (Double.isFinite(number)) {
        return number;
      }
    }
    throw wrong(name, "a number");
  }

  /** A number, or what a missing one stands for. */
  public double number(String name, double missing) {
    return has(name) ? number(name) : missing;
  }

  /** A list of numbers. */
  public double[] numbers(String name) {
    JsonArray array = list(name);
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(name, array.get(i));
    }
    return numbers;
  }

  /** A whole number of 64 bits, without rounding. */
  public long wholeNumber(String name) {
    return wholeNumber(name, value(name), "a whole number");
  }

  private long wholeNumber(String name, @Nullable JsonElement value, String expected) {
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      try {
        return primitive.getAsBigDecimal().longValueExact();
      } catch (ArithmeticException | NumberFormatException e) {
        throw withCause(wrong(name, expected), e);
      }
    }
    throw wrong(name, expected);
  }

  /** A list of whole numbers of 64 bits, without rounding. */
  public long[] wholeNumbers(String name) {
    JsonArray array = list(name);
    long[] numbers = new long[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = wholeNumber(name, array.get(i), "whole numbers");
    }
    return numbers;
  }

  /** A whole number of 32 bits, without rounding. */
  public int integer(String name) {
    long number = wholeNumber(name);
    if (number != (int) number) {
      throw wrong(name, "a whole number of 32 bits");
    }
    return (int) number;
  }

  /** A whole number of 32 bits, or what a missing one stands for. */
  public int integer(String name, int missing) {
    return has(name) ? integer(name) : missing;
  }

  /** True or false. */
  public boolean flag(String name) {
    if (value(name) instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    throw wrong(name, "true or false");
  }

  /** True or false, or what a missing one stands for. */
  public boolean flag(String name, boolean missing) {
    return has(name) ? flag(name) : missing;
  }

  /** A constant by its name, in capitals or in small letters. */
  public <E extends Enum<E>> E constant(String name, Class<E> type) {
    String text = text(name);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(text) || constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    throw wrong(name, "one of " + List.of(type.getEnumConstants()));
  }

  /**
   * Makes a value of the members; what its constructor refuses is the document's fault.
   *
   * @param constructor makes the value, or throws an IllegalArgumentException
   * @param <T> the value's type
   * @return the value
   */
  public <T> T make(Supplier<T> constructor) {
    try {
      return constructor.get();
    } catch (IllegalArgumentException e) {
      throw withCause(failure.apply(e.getMessage()), e);
    }
  }

  /** Refuses members that nobody asked for, here and in the objects that were read. */
  public void requireNothingElse() {
    for (String name : object.keySet()) {
      if (!asked.contains(name)) {
        throw failure.apply(
            "%sexpected no member but %s, found '%s'"
                .formatted(place.isEmpty() ? "" : place + " ", List.copyOf(asked), name));
      }
    }
    sections.forEach(Json::requireNothingElse);
  }

  /** The exception for a member that is not what is expected, to be thrown by the caller. */
  public RuntimeException wrong(String name, String expected) {
    return failure.apply(
        "%s%s: expected %s, found %s".formatted(place, name, expected, shown(value(name))));
  }

  private static String shown(@Nullable JsonElement found) {
    if (found == null) {
      return "nothing";
    }
    return truncated(found.toString());
  }

  private static String truncated(String text) {
    return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text;
  }

  private @Nullable JsonElement value(String name) {
    asked.add(name);
    JsonElement value = object.get(name);
    return value == null || value.isJsonNull() ? null : value;
  }

  /** The object as JSON. */
  @Override
  public String toString() {
    return object.toString();
  }
}
