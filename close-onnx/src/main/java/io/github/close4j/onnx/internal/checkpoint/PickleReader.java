package io.github.close4j.onnx.internal.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Python's pickle machine for data alone: numbers, text, tuples, lists, maps and what {@link
 * Objects} makes of tensors and arrays. A pickle can name any Python function to be called; here
 * such a name is only compared with a short list, and nothing is ever loaded or called by name.
 *
 * <p>Source: {@code pickletools.py} of CPython describes the instructions.
 */
final class PickleReader {
  private static final int HIGHEST_PROTOCOL = 5;

  private final ByteBuffer pickle;
  private final Objects objects;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  /** Python's {@code None}, and the mark from which a group of values is taken. */
  enum Symbol {
    NONE,
    MARK
  }

  /** A tuple. Its identity is its equality: what a file nests is never compared deeply. */
  static final class Tuple {
    final List<Object> items;

    Tuple(List<Object> items) {
      this.items = items;
    }
  }

  /** The name of a Python object, {@code module.name}. */
  record Global(String name) {}

  /** What the names in a pickle stand for; an {@link IllegalArgumentException} refuses one. */
  interface Objects {
    /** Whether the pickles are of any protocol and hold bytes, not of torch's alone. */
    boolean isOfAnyProtocol();

    /** What a function returns. */
    Object call(String function, List<Object> arguments);

    /** What an id stands for that only the pickle's writer knows. */
    Object persistent(Object id);

    /** Gives an object its state. */
    void build(Object target, Object state);
  }

  private PickleReader(ByteBuffer pickle, Objects objects) {
    this.pickle = pickle.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.objects = objects;
  }

  /**
   * Reads a pickle.
   *
   * @return the object: {@code Long}, {@code Double}, {@code Boolean}, {@code String}, {@code
   *     ByteBuffer}, {@link Symbol#NONE}, {@link Tuple}, {@code List}, {@code Map}, {@link Global}
   *     or one of {@code objects}
   * @throws IllegalArgumentException if it is malformed or holds anything else
   */
  static Object read(ByteBuffer pickle, Objects objects) {
    return new PickleReader(pickle, objects).run();
  }

  /**
   * Reads the next of several pickles that follow each other.
   *
   * @param pickles afterwards at the end of what was read
   * @return as {@link #read}
   * @throws IllegalArgumentException as {@link #read}
   */
  static Object readNext(ByteBuffer pickles, Objects objects) {
    PickleReader reader = new PickleReader(pickles, objects);
    Object value = reader.run();
    pickles.position(reader.pickle.position());
    return value;
  }

  private Object run() {
    int at = 0;
    try {
      int instruction = unsignedByte();
      while (instruction != '.') {
        boolean isKnown = push(instruction) || combine(instruction) || remember(instruction);
        if (!isKnown && !(objects.isOfAnyProtocol() && runOther(instruction))) {
          throw new IllegalArgumentException(
              "expected an instruction of a checkpoint, found 0x%02x".formatted(instruction));
        }
        at = pickle.position();
        instruction = unsignedByte();
      }
      return result();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("pickle, byte %d: %s".formatted(at, e.getMessage()), e);
    }
  }

  private Object result() {
    Object result = pop();
    if (!stack.isEmpty()) {
      throw new IllegalArgumentException(
          "expected one value at the end, found %d more".formatted(stack.size()));
    }
    return result;
  }

  /** Instructions that put a value on the stack. */
  private boolean push(int instruction) {
    @Nullable Object value =
        switch (instruction) {
          case '(' -> Symbol.MARK;
          case 'N' -> Symbol.NONE;
          case 0x88 -> true;
          case 0x89 -> false;
          case 'K' -> (long) unsignedByte();
          case 'M' -> (long) Short.toUnsignedInt(bytes(2).getShort());
          case 'J' -> (long) bytes(4).getInt();
          case 0x8a -> integer(unsignedByte());
          case 'G' -> bytes(8).order(ByteOrder.BIG_ENDIAN).getDouble();
          case 'X' -> text(length(Integer.toUnsignedLong(bytes(4).getInt())));
          case 0x8c -> text(unsignedByte());
          case 0x8d -> text(length(bytes(8).getLong()));
          case '}' -> new LinkedHashMap<>();
          case ']' -> new ArrayList<>();
          case ')' -> new Tuple(List.of());
          case 'c' -> new Global(line() + "." + line());
          default -> null;
        };
    return value != null && stack.add(value);
  }

  /** Instructions that make one value of several. */
  private boolean combine(int instruction) {
    switch (instruction) {
      case 't' -> stack.add(new Tuple(sinceMark()));
      case 0x85 -> stack.add(new Tuple(popped(1)));
      case 0x86 -> stack.add(new Tuple(popped(2)));
      case 0x87 -> stack.add(new Tuple(popped(3)));
      case 'a' -> append(popped(1));
      case 'e' -> append(sinceMark());
      case 's' -> put(popped(2));
      case 'u' -> put(sinceMark());
      case 0x93 -> stack.add(global(popped(2)));
      case 'Q' -> stack.add(objects.persistent(pop()));
      case 'R' -> stack.add(call(popped(2)));
      case 'b' -> {
        Object state = pop();
        objects.build(top(), state);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Instructions about earlier values and about the pickle itself. */
  private boolean remember(int instruction) {
    switch (instruction) {
      case 0x80 -> requireProtocol(unsignedByte());
      case 0x95 -> length(bytes(8).getLong()); // A frame: how much to read ahead.
      case 'q' -> memo.put(unsignedByte(), top());
      case 'r' -> memo.put(bytes(4).getInt(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> stack.add(recalled(unsignedByte()));
      case 'j' -> stack.add(recalled(bytes(4).getInt()));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Instructions of bytes, and of the oldest protocol, which is lines of text. */
  private boolean runOther(int instruction) {
    switch (instruction) {
      case 'B' -> stack.add(bytes(length(Integer.toUnsignedLong(bytes(4).getInt()))));
      case 'C' -> stack.add(bytes(unsignedByte()));
      case 0x8e, 0x96 -> stack.add(bytes(length(bytes(8).getLong())));
      case 'T' -> stack.add(bytes(length(bytes(4).getInt())));
      case 'U' -> stack.add(bytes(unsignedByte()));
      case 'I', 'L' -> stack.add(PickleLines.number(line()));
      case 'F' -> stack.add(PickleLines.real(line()));
      case 'V' -> stack.add(PickleLines.text(latin1Line()));
      case 'S' -> stack.add(PickleLines.bytes(latin1Line()));
      case 'p' -> memo.put(PickleLines.index(line()), top());
      case 'g' -> stack.add(recalled(PickleLines.index(line())));
      case 'l' -> stack.add(sinceMark());
      case 'd' -> {
        List<Object> keysAndValues = sinceMark();
        stack.add(new LinkedHashMap<>());
        put(keysAndValues);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void requireProtocol(int protocol) {
    if (protocol > HIGHEST_PROTOCOL) {
      throw new IllegalArgumentException(
          "expected protocol 2 to %d, found %d".formatted(HIGHEST_PROTOCOL, protocol));
    }
  }

  private Object call(List<Object> functionAndArguments) {
    Object function = functionAndArguments.get(0);
    Object arguments = functionAndArguments.get(1);
    if (!(function instanceof Global global) || !(arguments instanceof Tuple tuple)) {
      throw new IllegalArgumentException(
          "expected a function and its arguments, found %s and %s"
              .formatted(describe(function), describe(arguments)));
    }
    return objects.call(global.name(), tuple.items);
  }

  private static Global global(List<Object> moduleAndName) {
    if (moduleAndName.get(0) instanceof String module
        && moduleAndName.get(1) instanceof String name) {
      return new Global(module + "." + name);
    }
    throw new IllegalArgumentException(
        "expected a module and a name, found %s and %s"
            .formatted(describe(moduleAndName.get(0)), describe(moduleAndName.get(1))));
  }

  @SuppressWarnings("unchecked") // The machine makes lists of objects only.
  private void append(List<Object> values) {
    if (!(top() instanceof List<?> list)) {
      throw new IllegalArgumentException("expected a list to append to, found " + describe(top()));
    }
    ((List<Object>) list).addAll(values);
  }

  @SuppressWarnings("unchecked") // The machine makes maps of objects only.
  private void put(List<Object> keysAndValues) {
    if (!(top() instanceof Map<?, ?> map) || keysAndValues.size() % 2 != 0) {
      throw new IllegalArgumentException(
          "expected a map and pairs to put into it, found %s and %d values"
              .formatted(describe(top()), keysAndValues.size()));
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      Object key = keysAndValues.get(i);
      if (!(key instanceof String) && !(key instanceof Long)) {
        throw new IllegalArgumentException(
            "expected text or a number as a key, found " + describe(key));
      }
      ((Map<Object, Object>) map).put(key, keysAndValues.get(i + 1));
    }
  }

  /** What a value is, in a few words; never the value itself, which may be huge. */
  static String describe(Object value) {
    return value instanceof Global global
        ? "'" + global.name() + "'"
        : "a " + value.getClass().getSimpleName();
  }

  // The stack ---------------------------------------------------------------------------------

  private Object top() {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == Symbol.MARK) {
      throw new IllegalArgumentException("expected a value, found none");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private List<Object> popped(int count) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(0, pop());
    }
    return values;
  }

  private List<Object> sinceMark() {
    int mark = stack.lastIndexOf(Symbol.MARK);
    if (mark < 0) {
      throw new IllegalArgumentException("expected a mark, found none");
    }
    List<Object> group = stack.subList(mark, stack.size());
    List<Object> values = new ArrayList<>(group.subList(1, group.size()));
    group.clear();
    return values;
  }

  private Object recalled(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw new IllegalArgumentException(
          "expected something remembered as number %d, found nothing".formatted(index));
    }
    return value;
  }

  // The bytes ---------------------------------------------------------------------------------

  private ByteBuffer bytes(int count) {
    if (count > pickle.remaining()) {
      throw new IllegalArgumentException(
          "expected %d more bytes, found %d".formatted(count, pickle.remaining()));
    }
    ByteBuffer bytes = pickle.slice(pickle.position(), count).order(ByteOrder.LITTLE_ENDIAN);
    pickle.position(pickle.position() + count);
    return bytes;
  }

  private int unsignedByte() {
    return Byte.toUnsignedInt(bytes(1).get());
  }

  private int length(long count) {
    if (count < 0 || count > pickle.remaining()) {
      throw new IllegalArgumentException(
          "expected a length of at most %d bytes, found %d".formatted(pickle.remaining(), count));
    }
    return (int) count;
  }

  private String text(int length) {
    return decode(bytes(length));
  }

  private String line() {
    return decode(lineBytes());
  }

  /** The oldest protocol writes a character of one byte as that byte. */
  private String latin1Line() {
    return StandardCharsets.ISO_8859_1.decode(lineBytes()).toString();
  }

  private ByteBuffer lineBytes() {
    int from = pickle.position();
    while (unsignedByte() != '\n') {
      // To the end of the line.
    }
    return pickle.slice(from, pickle.position() - 1 - from);
  }

  private static String decode(ByteBuffer text) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("expected text in UTF-8, found other bytes", e);
    }
  }

  /** A little-endian two's-complement integer of up to eight bytes. */
  private long integer(int length) {
    if (length > Long.BYTES) {
      throw new IllegalArgumentException(
          "expected an integer of at most 8 bytes, found one of " + length);
    }
    ByteBuffer digits = bytes(length);
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= Byte.toUnsignedLong(digits.get(i)) << (8 * i);
    }
    int unused = Long.SIZE - 8 * length;
    return length == 0 ? 0 : value << unused >> unused;
  }
}
