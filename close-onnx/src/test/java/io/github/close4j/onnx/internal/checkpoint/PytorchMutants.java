package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.onnx.internal.checkpoint.PickleWriter.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Seeded PyTorch zip files whose pickle is not valid, each made of a sound one by one change. */
final class PytorchMutants {
  /** How many kinds of change there are. */
  static final int KINDS = 20;

  private static final int TENSORS = 5;
  private static final int ROWS = 3;
  private static final int COLUMNS = 4;
  private static final String ARCHIVE = "archive/";

  /** Instructions that checkpoints of tensors have; all others are refused wherever they stand. */
  private static final String KNOWN =
      ".(N\u0088\u0089KMJ\u008aGX\u008c\u008d}])ct\u0085\u0086\u0087aesu\u0093QRb\u0080\u0095qr\u0094hj";

  /** Instructions that take something from the stack. */
  private static final String TAKING = ".t\u0085\u0086\u0087aesu\u0093QRbqr\u0094";

  private static final List<List<String>> FORBIDDEN =
      List.of(
          List.of("os", "system"),
          List.of("posix", "system"),
          List.of("builtins", "eval"),
          List.of("builtins", "exec"),
          List.of("builtins", "getattr"),
          List.of("subprocess", "Popen"),
          List.of("torch", "load"),
          List.of("torch.hub", "load"),
          List.of("numpy.core.multiarray", "_reconstruct"),
          List.of("collections", "defaultdict"),
          List.of("torch._utils", "_rebuild_tensor"),
          List.of("java.lang.Runtime", "exec"),
          List.of("", ""));

  private static final List<String> OTHER_STORAGES =
      List.of(
          "DoubleStorage", "IntStorage", "ByteStorage", "BoolStorage", "CharStorage", "Storage");

  private final SplittableRandom random;

  PytorchMutants(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A sound file. */
  byte[] sound() {
    return zip(PickleWriter.join(state(-1, null)));
  }

  /** The next mutant of a kind, from 0 to {@link #KINDS}. */
  SafetensorsMutants.Mutant next(int kind) {
    return switch (kind) {
      case 0 -> called();
      case 1 -> inserted("instruction", unknownInstruction(), "found 0x");
      case 2 -> inserted("memo", forgotten(), "remembered as number");
      case 3 -> underflow();
      case 4 -> without("a mark", '(');
      case 5 -> without("what takes a mark", random.nextBoolean() ? 't' : 'u');
      case 6 -> truncated();
      case 7 -> inserted("length", tooLong(), "expected");
      case 8 -> pickle("protocol", "\u0080" + (char) random.nextInt(6, 256) + "}.", "protocol");
      case 9 ->
          pickle(
              "root",
              one(List.of("].", ").", "N.", "K\1.", "X\1\0\0\0a.", "cos\nsystem\n.")),
              "map");
      case 10 ->
          tensor("storage type", new Tensor(one(OTHER_STORAGES), "1", 12L, 0L, shape(), strides()));
      case 11 -> tensor("storage size", storage("1", random.nextLong(13, Long.MAX_VALUE)));
      case 12 -> tensor("negative size", storage("1", -random.nextLong(1, Long.MAX_VALUE)));
      case 13 -> tensor("no such data", storage(strangeKey(), 12L));
      case 14 -> tensor("offset", view(beyond(1), shape(), strides()));
      case 15 -> tensor("shape", view(0L, oneOf(shape(), beyond(ROWS * COLUMNS + 1)), strides()));
      case 16 -> tensor("stride", view(0L, shape(), oneOf(strides(), beyond(12))));
      case 17 -> tensor("types", wrongTypes());
      case 18 -> nested();
      default -> cut();
    };
  }

  // Instructions ------------------------------------------------------------------------------

  /** A function that is called with some arguments, somewhere. */
  private SafetensorsMutants.Mutant called() {
    List<String> function = FORBIDDEN.get(random.nextInt(FORBIDDEN.size()));
    String name = random.nextInt(4) == 0 ? "f" + random.nextInt(1000) : function.get(1);
    PickleWriter call =
        new PickleWriter().global(function.get(0), name).value(List.of("x")).op('R');
    List<byte[]> calling = call.instructions();
    return inserted(
        "call of " + name, PickleWriter.join(calling), "'" + function.get(0) + "." + name);
  }

  private byte[] unknownInstruction() {
    while (true) {
      int instruction = random.nextInt(256);
      if (KNOWN.indexOf(instruction) < 0) {
        return new byte[] {(byte) instruction};
      }
    }
  }

  private byte[] forgotten() {
    byte number = (byte) random.nextInt(256);
    return random.nextBoolean()
        ? new byte[] {'h', number}
        : new byte[] {'j', number, (byte) random.nextInt(256), (byte) random.nextInt(256), number};
  }

  private byte[] tooLong() {
    String bytes =
        one(
            List.of(
                "X\377\377\377\177",
                "X\377\377\377\377",
                "\215\377\377\377\377\377\377\377\177",
                "\215\0\0\0\0\0\0\0\200",
                "\212\377",
                "\212\11",
                "\225\377\377\377\377\0\0\0\0",
                "X\2\0\0\0\303(",
                "\214\1\377",
                "c\377\nx\n"));
    return bytes.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Bytes before one of the instructions, the stop among them, the protocol not. */
  private SafetensorsMutants.Mutant inserted(String what, byte[] bytes, String telling) {
    List<byte[]> instructions = state(-1, null);
    instructions.add(random.nextInt(1, instructions.size()), bytes);
    return mutant(what, instructions, telling);
  }

  private SafetensorsMutants.Mutant underflow() {
    List<byte[]> instructions = state(-1, null);
    char taking = TAKING.charAt(random.nextInt(TAKING.length()));
    instructions.add(1, new byte[] {(byte) taking, 0, 0, 0, 0});
    return mutant("nothing to take", instructions, "found none");
  }

  private SafetensorsMutants.Mutant without(String what, int instruction) {
    List<byte[]> instructions = state(-1, null);
    int[] places =
        IntStream.range(0, instructions.size())
            .filter(i -> instructions.get(i)[0] == instruction)
            .toArray();
    instructions.remove(places[random.nextInt(places.length)]);
    return mutant("without " + what, instructions, "pickle, byte");
  }

  private SafetensorsMutants.Mutant truncated() {
    byte[] pickle = PickleWriter.join(state(-1, null));
    return pickle("cut", Arrays.copyOf(pickle, random.nextInt(pickle.length)), "pickle, byte");
  }

  // Tensors -----------------------------------------------------------------------------------

  private SafetensorsMutants.Mutant tensor(String what, Tensor tensor) {
    int at = random.nextInt(TENSORS);
    List<byte[]> instructions = state(at, tensor);
    boolean isTold =
        List.of("storage size", "no such data", "offset", "shape", "stride").contains(what);
    return mutant(what + " " + tensor, instructions, isTold ? "'" + name(at) + "'" : "expected");
  }

  private static Tensor storage(String key, Object elements) {
    return new Tensor("FloatStorage", key, elements, 0L, shape(), strides());
  }

  private static Tensor view(Object offset, Object shape, Object strides) {
    return new Tensor("FloatStorage", "1", (long) ROWS * COLUMNS, offset, shape, strides);
  }

  private String strangeKey() {
    return one(List.of("../1", "/etc/passwd", "99", "", "1/", "..\\1", "data/1", "\u00001", "1 "));
  }

  /** A number below 0, or one that is too large. */
  private long beyond(long least) {
    return switch (random.nextInt(3)) {
      case 0 -> -random.nextLong(1, Long.MAX_VALUE);
      case 1 -> random.nextLong(least, least + 1000);
      default -> Long.MAX_VALUE - random.nextLong(1000);
    };
  }

  private static List<Object> shape() {
    return List.of((long) ROWS, (long) COLUMNS);
  }

  private static List<Object> strides() {
    return List.of((long) COLUMNS, 1L);
  }

  private List<Object> oneOf(List<Object> numbers, Object other) {
    List<Object> changed = new ArrayList<>(numbers);
    changed.set(random.nextInt(changed.size()), other);
    return changed;
  }

  private Tensor wrongTypes() {
    Object wrong = List.of("x", List.of(), List.of("x"), new byte[] {'N'}).get(random.nextInt(4));
    return switch (random.nextInt(5)) {
      case 0 -> view(wrong, shape(), strides());
      case 1 -> view(0L, oneOf(shape(), wrong), strides());
      case 2 -> view(0L, shape(), oneOf(strides(), wrong));
      case 3 -> storage("1", wrong);
      default -> view(0L, shape(), List.of(1L));
    };
  }

  // Maps --------------------------------------------------------------------------------------

  /** Maps that nest too deeply or contain themselves, or names that come twice. */
  private SafetensorsMutants.Mutant nested() {
    if (random.nextBoolean()) {
      int depth = random.nextInt(20, 20_000);
      return pickle(
          depth + " maps", "}" + "X\1\0\0\0a}".repeat(depth) + "s".repeat(depth) + ".", "circular");
    }
    return pickle("a map in itself", "}q\0X\1\0\0\0ah\0s.", "circular");
  }

  private SafetensorsMutants.Mutant cut() {
    byte[] file = sound();
    return new SafetensorsMutants.Mutant(
        "cut", Arrays.copyOf(file, random.nextInt(file.length)), List.of());
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** The instructions of a sound state, one of whose tensors may be another. */
  private static List<byte[]> state(int at, @org.jspecify.annotations.Nullable Tensor other) {
    PickleWriter pickle = new PickleWriter().emptyMap().op('(');
    for (int i = 0; i < TENSORS; i++) {
      pickle.value(name(i)).tensor(i == at ? other : Tensor.matrix(i, ROWS, COLUMNS));
    }
    return pickle.op('u').op('.').instructions();
  }

  private static String name(int tensor) {
    return "block." + tensor + ".weight";
  }

  private SafetensorsMutants.Mutant mutant(String what, List<byte[]> instructions, String telling) {
    return pickle(what, PickleWriter.join(instructions), telling);
  }

  private SafetensorsMutants.Mutant pickle(String what, String latin1, String telling) {
    return pickle(what, latin1.getBytes(StandardCharsets.ISO_8859_1), telling);
  }

  private SafetensorsMutants.Mutant pickle(String what, byte[] pickle, String telling) {
    return new SafetensorsMutants.Mutant(what, zip(pickle), List.of(telling));
  }

  private static byte[] zip(byte[] pickle) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(ARCHIVE + "data.pkl", pickle);
    entries.put(ARCHIVE + "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < TENSORS; i++) {
      entries.put(ARCHIVE + "data/" + i, new byte[ROWS * COLUMNS * Float.BYTES]);
    }
    return StoredZip.of(entries);
  }
}
