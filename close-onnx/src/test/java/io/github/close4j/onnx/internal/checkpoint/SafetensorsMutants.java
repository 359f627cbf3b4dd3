package io.github.close4j.onnx.internal.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.github.close4j.internal.tensor.DataType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Seeded safetensors files none of which is valid, each made of a sound one by one change. The
 * sound one has tensors of no zero dimension, in the order of their data.
 */
final class SafetensorsMutants {
  /** How many kinds of change there are. */
  static final int KINDS = 24;

  /** Exactly 2^64 elements: with 64 bits, none. */
  private static final String ROUND = "[4294967296,4294967296]";

  private static final List<String> NO_TYPES =
      List.of("C64", "F8_E4M3", "U8", "BOOL", "I32", "f32", "F32 ", "", "float32", "../F32");

  private static final List<String> NO_NUMBERS =
      List.of(
          "-1",
          "1e300",
          "0.5",
          "9223372036854775808",
          "-9223372036854775809",
          "1e99999999",
          "\"8\"",
          "null",
          "true",
          "[]",
          "{}");

  private static final List<String> NO_OBJECTS = List.of("7", "\"F32\"", "null", "true", "[]");

  private static final List<String> HOLE =
      List.of("expected its data to begin at", "bytes of data behind the header");

  private final SplittableRandom random;
  private final InvalidJson invalidJson;
  private final JsonObject sound;
  private final List<String> names;
  private final byte[] data;

  /** A file that is invalid, and what a message about it may name. */
  record Mutant(String what, byte[] bytes, List<String> telling) {}

  SafetensorsMutants(byte[] file, long seed) {
    this.random = new SplittableRandom(seed);
    this.invalidJson = new InvalidJson(random);
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(file, 8, length, StandardCharsets.UTF_8);
    this.sound = JsonParser.parseString(header).getAsJsonObject();
    this.names = sound.keySet().stream().filter(name -> !name.equals("__metadata__")).toList();
    this.data = Arrays.copyOfRange(file, 8 + length, file.length);
  }

  /** The next mutant of a kind, from 0 to {@link #KINDS}. */
  Mutant next(int kind) {
    return switch (kind) {
      case 0 -> offsets("begin before the data", -random.nextLong(1, 1L << 40), null);
      case 1 -> offsets("end behind the data", null, data.length + random.nextLong(1, 1L << 40));
      case 2 -> offsets("begin behind the end", data.length + random.nextLong(1, 9), null);
      case 3 -> movedRange();
      case 4 -> shape("another shape", otherShape());
      case 5 -> shape("more than 64 bits of elements", ROUND);
      case 6 -> shape("a negative dimension", "[-%d,-1]".formatted(random.nextInt(1, 1000)));
      case 7 -> shape("a dimension that is none", "[" + one(NO_NUMBERS) + "]");
      case 8 -> field("shape", one(List.of("7", "null", "true", "{}", "\"[8]\"")));
      case 9 -> field("dtype", quoted(one(NO_TYPES)));
      case 10 -> otherWidth();
      case 11 -> field("dtype", one(List.of("1", "null", "[\"F32\"]", "{}", "false")));
      case 12 -> field("data_offsets", one(List.of("[]", "[0]", "[0,8,16]", "null", "8", "{}")));
      case 13 -> field("data_offsets", "[0," + one(NO_NUMBERS) + "]");
      case 14 -> withoutField();
      case 15 -> entry("no object", one(NO_OBJECTS));
      case 16 -> withoutTensor();
      case 17 -> alias();
      case 18 -> duplicate();
      case 19 -> metadata();
      case 20 -> wrongLength();
      case 21 -> wrongData();
      case 22 -> invalidHeader();
      default -> truncated();
    };
  }

  private Mutant offsets(String what, @Nullable Long begin, @Nullable Long end) {
    String name = name();
    JsonArray offsets = offsets(name);
    long from = begin == null ? offsets.get(0).getAsLong() : begin;
    long to = end == null ? offsets.get(1).getAsLong() : end;
    return entry(what, name, "data_offsets", "[%d,%d]".formatted(from, to));
  }

  /** A range of the right length, elsewhere: what it leaves is a hole. */
  private Mutant movedRange() {
    String name = name();
    long begin = offsets(name).get(0).getAsLong();
    long length = offsets(name).get(1).getAsLong() - begin;
    long other = random.nextLong(data.length - length);
    long moved = other < begin ? other : other + 1;
    Mutant mutant =
        entry("moved", name, "data_offsets", "[%d,%d]".formatted(moved, moved + length));
    // The tensor behind the hole may be the one that is named.
    return new Mutant(mutant.what(), mutant.bytes(), HOLE);
  }

  private Mutant shape(String what, String shape) {
    return entry(what, name(), "shape", shape);
  }

  private String otherShape() {
    return "[%d,%d]".formatted(data.length + random.nextInt(1, 1000), random.nextInt(1, 1000));
  }

  private Mutant field(String field, String value) {
    return entry(field, name(), field, value);
  }

  /** A known type whose elements have another length. */
  private Mutant otherWidth() {
    String name = name();
    int width = DataType.valueOf(sound.getAsJsonObject(name).get("dtype").getAsString()).bytes();
    List<String> others =
        Arrays.stream(DataType.values())
            .filter(type -> type.bytes() != width)
            .map(DataType::name)
            .toList();
    return entry("type", name, "dtype", quoted(one(others)));
  }

  private Mutant withoutField() {
    String name = name();
    JsonObject header = sound.deepCopy();
    header.getAsJsonObject(name).remove(one(List.of("dtype", "shape", "data_offsets")));
    return mutant("without a field", header, name);
  }

  private Mutant entry(String what, String value) {
    String name = name();
    JsonObject header = sound.deepCopy();
    header.add(name, json(value));
    return mutant(what, header, name);
  }

  private Mutant entry(String what, String name, String field, String value) {
    JsonObject header = sound.deepCopy();
    header.getAsJsonObject(name).add(field, json(value));
    return mutant(what + " " + value, header, "'" + name + "'");
  }

  private Mutant withoutTensor() {
    JsonObject header = sound.deepCopy();
    header.remove(name());
    return new Mutant("a hole", file(header.toString(), data), HOLE);
  }

  private Mutant alias() {
    JsonObject header = sound.deepCopy();
    header.add("alias" + random.nextInt(1000), sound.get(name()).deepCopy());
    return mutant("two tensors of one range", header, "expected its data to begin at");
  }

  private Mutant duplicate() {
    String name = name();
    String entry = quoted(name) + ":" + sound.get(name);
    String header = "{" + entry + "," + sound.toString().substring(1);
    return new Mutant("the same name twice", file(header, data), List.of(name));
  }

  private Mutant metadata() {
    JsonObject header = sound.deepCopy();
    String value = one(List.of("7", "null", "true", "{}", "[\"pt\"]"));
    header.add(
        "__metadata__",
        random.nextBoolean() ? json("{\"format\":" + value + "}") : json(one(NO_OBJECTS)));
    return mutant("metadata", header, "__metadata__");
  }

  private Mutant wrongLength() {
    byte[] file = file(sound.toString(), data);
    long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    long wrong =
        switch (random.nextInt(5)) {
          case 0 -> random.nextLong(length);
          case 1 -> length + random.nextLong(1, data.length);
          case 2 -> file.length - 8 + random.nextLong(1, 1L << 40);
          case 3 -> -random.nextLong(1, Long.MAX_VALUE);
          default -> Long.MAX_VALUE - random.nextLong(1000);
        };
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(wrong);
    return new Mutant("header length " + wrong, file, List.of());
  }

  private Mutant wrongData() {
    byte[] other =
        random.nextBoolean()
            ? Arrays.copyOf(data, random.nextInt(data.length))
            : Arrays.copyOf(data, data.length + random.nextInt(1, 1000));
    return new Mutant(
        other.length + " bytes of data", file(sound.toString(), other), List.of("bytes of data"));
  }

  private Mutant invalidHeader() {
    byte[] header = invalidJson.damage(sound.toString());
    return new Mutant("no JSON", file(header, data), List.of());
  }

  private Mutant truncated() {
    byte[] file = file(sound.toString(), data);
    int length = random.nextInt(file.length);
    return new Mutant("cut to " + length, Arrays.copyOf(file, length), List.of());
  }

  private String name() {
    return one(names);
  }

  private JsonArray offsets(String name) {
    return sound.getAsJsonObject(name).getAsJsonArray("data_offsets");
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static JsonElement json(String value) {
    return JsonParser.parseString(value);
  }

  private static String quoted(String text) {
    return new JsonPrimitive(text).toString();
  }

  private Mutant mutant(String what, JsonObject header, String... telling) {
    return new Mutant(what, file(header.toString(), data), List.of(telling));
  }

  private static byte[] file(String header, byte[] data) {
    return file(header.getBytes(StandardCharsets.UTF_8), data);
  }

  private static byte[] file(byte[] header, byte[] data) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
    file.writeBytes(header);
    file.writeBytes(data);
    return file.toByteArray();
  }
}
