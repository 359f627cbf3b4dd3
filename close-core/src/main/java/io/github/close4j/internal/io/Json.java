package io.github.close4j.internal.io;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
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
 * <p>A document is strict JSON in UTF-8 in which no object has a name twice. A member that is
 * {@code null} counts as missing. What is wrong is told in one line: place, what was expected, what
 * was found. {@link #requireNothingElse} refuses members that nobody asked for.
 */
public final class Json {
  /** Larger ones are no configuration and no index. */
  private static final long MAX_BYTES = 100_000_000;

  private static final int LONGEST_SHOWN = 100;

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
   * @param file the file
   * @return its members; wrong ones are an {@link UnusableFileException} of the file
   * @throws UnusableFileException if it is missing, too large, or no such file
   */
  public static Json read(Path file) {
    Function<String, UnusableFileException> failure =
        problem -> new UnusableFileException(file, problem);
    if (!Files.isRegularFile(file)) {
      throw failure.apply("expected a JSON file, found none");
    }
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw failure.apply(
            "expected at most %d bytes of JSON, found %d".formatted(MAX_BYTES, size));
      }
      return parse(decode(ByteBuffer.wrap(Files.readAllBytes(file))), failure);
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Parses a document that is one object.
   *
   * @param document the text
   * @param failure makes an exception of what is wrong
   * @return its members
   */
  public static Json parse(String document, Function<String, ? extends RuntimeException> failure) {
    return new Json(tree(document, failure), "", failure);
  }

  /**
   * An element of a document that is read piece by piece.
   *
   * @param element the element
   * @param failure makes an exception of what is wrong
   * @return its members, if it is an object
   */
  public static Json of(JsonElement element, Function<String, ? extends RuntimeException> failure) {
    if (!element.isJsonObject()) {
      throw failure.apply("expected a JSON object, found " + shown(element));
    }
    return new Json(element.getAsJsonObject(), "", failure);
  }

  /**
   * Decodes bytes as UTF-8.
   *
   * @param bytes all of the text
   * @return the text
   * @throws IOException if they are no UTF-8
   */
  public static String decode(ByteBuffer bytes) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("expected UTF-8, found other bytes", e);
    }
  }

  private static JsonObject tree(
      String document, Function<String, ? extends RuntimeException> failure) {
    try {
      requireDistinctNames(reader(document));
      JsonReader reader = reader(document);
      JsonElement element = JsonParser.parseReader(reader);
      if (element.isJsonObject() && reader.peek() == JsonToken.END_DOCUMENT) {
        return element.getAsJsonObject();
      }
    } catch (IOException
        | JsonParseException
        | IllegalStateException
        | NumberFormatException
        | StackOverflowError e) {
      throw withCause(failure.apply("expected a JSON object, found " + e.getMessage()), e);
    }
    throw failure.apply("expected one JSON object, found something else");
  }

  private static RuntimeException withCause(RuntimeException exception, Throwable cause) {
    if (exception.getCause() == null) {
      exception.addSuppressed(cause);
    }
    return exception;
  }

  private static JsonReader reader(String json) {
    JsonReader reader = new JsonReader(new StringReader(json));
    reader.setStrictness(Strictness.STRICT);
    return reader;
  }

  /** The tree keeps the last of two equal names, and readers differ on which one counts. */
  private static void requireDistinctNames(JsonReader reader) throws IOException {
    Deque<Set<String>> open = new ArrayDeque<>();
    for (JsonToken token = reader.peek(); token != JsonToken.END_DOCUMENT; token = reader.peek()) {
      switch (token) {
        case BEGIN_OBJECT -> {
          reader.beginObject();
          open.push(new HashSet<>());
        }
        case END_OBJECT -> {
          reader.endObject();
          open.pop();
        }
        case BEGIN_ARRAY -> reader.beginArray();
        case END_ARRAY -> reader.endArray();
        case NAME -> {
          String name = reader.nextName();
          if (!open.element().add(name)) {
            throw new IOException("the name '" + name + "' twice");
          }
        }
        default -> reader.skipValue();
      }
    }
  }

  /**
   * The names of all members, in the document's order.
   *
   * @return an unmodifiable set
   */
  public Set<String> names() {
    asked.addAll(object.keySet());
    return Set.copyOf(object.keySet());
  }

  /**
   * Whether there is a member.
   *
   * @param name its name
   * @return false also if it is {@code null}
   */
  public boolean has(String name) {
    return value(name) != null;
  }

  /**
   * Whether a member is an object.
   *
   * @param name its name
   * @return false also if it is missing
   */
  public boolean isObject(String name) {
    return value(name) instanceof JsonObject;
  }

  /**
   * An object within this one.
   *
   * @param name the member's name
   * @return its members
   */
  public Json object(String name) {
    if (value(name) instanceof JsonObject inner) {
      return section(name, inner);
    }
    throw wrong(name, "an object");
  }

  /**
   * An object within this one, if it is there.
   *
   * @param name the member's name
   * @return its members; none if it is missing
   */
  public Json objectOrEmpty(String name) {
    return has(name) ? object(name) : section(name, new JsonObject());
  }

  private Json section(String name, JsonObject inner) {
    Json section = new Json(inner, place + name + ".", failure);
    sections.add(section);
    return section;
  }

  /**
   * A list of objects, at least one.
   *
   * @param name the member's name
   * @return the members of each
   */
  public List<Json> objects(String name) {
    List<Json> objects = new ArrayList<>();
    for (JsonElement element : list(name)) {
      if (!(element instanceof JsonObject inner)) {
        throw wrong(name, "a list of objects");
      }
      objects.add(section("%s[%d]".formatted(name, objects.size()), inner));
    }
    return objects;
  }

  /**
   * Text, even an empty one.
   *
   * @param name the member's name
   * @return the text
   */
  public String text(String name) {
    if (value(name) instanceof JsonPrimitive primitive && primitive.isString()) {
      return primitive.getAsString();
    }
    throw wrong(name, "text");
  }

  /**
   * Text, if it is there.
   *
   * @param name the member's name
   * @return the text, or null if it is missing
   */
  public @Nullable String textOrNull(String name) {
    return has(name) ? text(name) : null;
  }

  /**
   * Text that is one of a few.
   *
   * @param name the member's name
   * @param allowed what it may be; a missing one counts as the first
   * @return the text
   */
  public String oneOf(String name, List<String> allowed) {
    String found = has(name) ? text(name) : allowed.get(0);
    if (!allowed.contains(found)) {
      throw wrong(name, String.join(" or ", allowed));
    }
    return found;
  }

  /**
   * A list of texts.
   *
   * @param name the member's name
   * @return the texts
   */
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

  private JsonArray list(String name) {
    if (value(name) instanceof JsonArray array) {
      return array;
    }
    throw wrong(name, "a list");
  }

  /**
   * All members of an object, each of them text.
   *
   * @param name the member's name
   * @return the texts in the document's order
   */
  public Map<String, String> textsByName(String name) {
    Json inner = object(name);
    Map<String, String> texts = new LinkedHashMap<>();
    for (String key : inner.object.keySet()) {
      texts.put(key, inner.text(key));
    }
    return texts;
  }

  /**
   * A number.
   *
   * @param name the member's name
   * @return the number nearest to it
   */
  public double number(String name) {
    return number(name, value(name));
  }

  private double number(String name, @Nullable JsonElement value) {
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      return primitive.getAsDouble();
    }
    throw wrong(name, "a number");
  }

  /**
   * A number, or what a missing one stands for.
   *
   * @param name the member's name
   * @param missing what a missing one stands for
   * @return the number nearest to it
   */
  public double number(String name, double missing) {
    return has(name) ? number(name) : missing;
  }

  /**
   * A list of numbers.
   *
   * @param name the member's name
   * @return the numbers nearest to them
   */
  public double[] numbers(String name) {
    JsonArray array = list(name);
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(name, array.get(i));
    }
    return numbers;
  }

  /**
   * A whole number of 64 bits, without rounding.
   *
   * @param name the member's name
   * @return the number
   */
  public long wholeNumber(String name) {
    if (value(name) instanceof JsonPrimitive primitive && primitive.isNumber()) {
      try {
        return primitive.getAsBigDecimal().longValueExact();
      } catch (ArithmeticException | NumberFormatException e) {
        throw withCause(wrong(name, "a whole number"), e);
      }
    }
    throw wrong(name, "a whole number");
  }

  /**
   * A whole number of 32 bits, without rounding.
   *
   * @param name the member's name
   * @return the number
   */
  public int integer(String name) {
    long number = wholeNumber(name);
    if (number != (int) number) {
      throw wrong(name, "a whole number of 32 bits");
    }
    return (int) number;
  }

  /**
   * A whole number of 32 bits, or what a missing one stands for.
   *
   * @param name the member's name
   * @param missing what a missing one stands for
   * @return the number
   */
  public int integer(String name, int missing) {
    return has(name) ? integer(name) : missing;
  }

  /**
   * True or false.
   *
   * @param name the member's name
   * @return which
   */
  public boolean flag(String name) {
    if (value(name) instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    throw wrong(name, "true or false");
  }

  /**
   * True or false, or what a missing one stands for.
   *
   * @param name the member's name
   * @param missing what a missing one stands for
   * @return which
   */
  public boolean flag(String name, boolean missing) {
    return has(name) ? flag(name) : missing;
  }

  /**
   * A constant by its name, in capitals or not.
   *
   * @param name the member's name
   * @param type the constants
   * @param <E> their type
   * @return the constant
   */
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

  /**
   * The exception for a member that is not what is expected.
   *
   * @param name the member's name
   * @param expected what it should be
   * @return the exception, to be thrown
   */
  public RuntimeException wrong(String name, String expected) {
    return failure.apply(
        "%s%s: expected %s, found %s".formatted(place, name, expected, shown(value(name))));
  }

  private static String shown(@Nullable JsonElement found) {
    if (found == null) {
      return "nothing";
    }
    String text = found.toString();
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
