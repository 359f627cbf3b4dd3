package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.onnx.internal.checkpoint.PickleReader.Global;
import io.github.close4j.onnx.internal.checkpoint.PickleReader.Symbol;
import io.github.close4j.onnx.internal.checkpoint.PickleReader.Tuple;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The few names that a PyTorch checkpoint of tensors needs, and what they stand for here. Any other
 * name is refused.
 *
 * <p>Source: {@code torch/_utils.py} and {@code torch/serialization.py} of PyTorch.
 */
final class TorchObjects implements PickleReader.Objects {
  private static final int MAX_DIMENSIONS = 16;

  private static final Map<String, DataType> STORAGES =
      Map.of(
          "torch.FloatStorage", DataType.F32,
          "torch.HalfStorage", DataType.F16,
          "torch.BFloat16Storage", DataType.BF16,
          "torch.LongStorage", DataType.I64);

  private final Map<String, DataType> storageTypes = new HashMap<>();

  /** The elements' type of each storage that was named so far, by its key. */
  Map<String, DataType> storageTypes() {
    return Collections.unmodifiableMap(storageTypes);
  }

  @Override
  public boolean isOfAnyProtocol() {
    return false;
  }

  /** A run of elements, which the file keeps under a key. */
  record Storage(DataType type, String key, long elements) {}

  /**
   * A view of a storage.
   *
   * @param offset its first element
   * @param shape the dimensions, outermost first
   * @param strides elements from one index of a dimension to the next
   */
  record Tensor(Storage storage, long offset, long[] shape, long[] strides) {}

  /**
   * The storage that a persistent id describes: ("storage", type, key, device, elements), and
   * before version 1.6 a sixth, which is None but for a storage that is a part of another.
   */
  @Override
  public Storage persistent(Object id) {
    if (id instanceof Tuple tuple
        && (tuple.items.size() == 5 || tuple.items.size() == 6 && tuple.items.get(5) == Symbol.NONE)
        && tuple.items.get(0).equals("storage")
        && tuple.items.get(1) instanceof Global type
        && tuple.items.get(2) instanceof String key
        && tuple.items.get(4) instanceof Long elements
        && elements >= 0) {
      DataType known = STORAGES.get(type.name());
      if (known == null) {
        throw unsupported(type.name());
      }
      storageTypes.put(key, known);
      return new Storage(known, key, elements);
    }
    throw new IllegalArgumentException(
        "expected a persistent id that describes a storage, found " + PickleReader.describe(id));
  }

  /** What a function returns, for the functions that are known. */
  @Override
  public Object call(String function, List<Object> arguments) {
    return switch (function) {
      case "collections.OrderedDict" -> {
        if (!arguments.isEmpty()) {
          throw new IllegalArgumentException(
              function + ": expected no arguments, found " + arguments.size());
        }
        yield new LinkedHashMap<>();
      }
      case "torch._utils._rebuild_tensor_v2" -> tensor(function, arguments);
      case "torch._utils._rebuild_parameter" -> {
        requireCount(function, arguments, 1);
        yield arguments.get(0);
      }
      default -> throw unsupported(function);
    };
  }

  /** Attributes may be set on maps alone, where they are {@code _metadata} and left out. */
  @Override
  public void build(Object target, Object attributes) {
    boolean hasAttributes = attributes instanceof Map || attributes == Symbol.NONE;
    if (!(target instanceof Map) || !hasAttributes) {
      throw new IllegalArgumentException(
          "expected attributes of a map, found those of " + PickleReader.describe(target));
    }
  }

  private static Tensor tensor(String function, List<Object> arguments) {
    requireCount(function, arguments, 4);
    if (arguments.get(0) instanceof Storage storage && arguments.get(1) instanceof Long offset) {
      return new Tensor(storage, offset, numbers(arguments.get(2)), numbers(arguments.get(3)));
    }
    throw new IllegalArgumentException(
        "%s: expected a storage and an offset, found %s and %s"
            .formatted(
                function,
                PickleReader.describe(arguments.get(0)),
                PickleReader.describe(arguments.get(1))));
  }

  private static long[] numbers(Object tuple) {
    if (!(tuple instanceof Tuple numbers)) {
      throw new IllegalArgumentException(
          "expected a tuple of numbers, found " + PickleReader.describe(tuple));
    }
    if (numbers.items.size() > MAX_DIMENSIONS) {
      throw new IllegalArgumentException(
          "expected at most %d dimensions, found %d"
              .formatted(MAX_DIMENSIONS, numbers.items.size()));
    }
    return numbers.items.stream().mapToLong(TorchObjects::number).toArray();
  }

  private static long number(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    throw new IllegalArgumentException("expected a number, found " + PickleReader.describe(value));
  }

  private static void requireCount(String function, List<Object> arguments, int least) {
    if (arguments.size() < least) {
      throw new IllegalArgumentException(
          "%s: expected at least %d arguments, found %d"
              .formatted(function, least, arguments.size()));
    }
  }

  private static IllegalArgumentException unsupported(String name) {
    return new IllegalArgumentException(
        "expected tensors of floats or 64-bit integers in plain containers, found '" + name + "'");
  }
}
