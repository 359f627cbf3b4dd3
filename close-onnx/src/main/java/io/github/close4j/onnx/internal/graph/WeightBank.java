package io.github.close4j.onnx.internal.graph;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The weights of one captioner under one set of names: tensors of its files, whose names get their
 * file's prefix, and tensors derived from them. Sessions that use the same weight share its memory.
 */
public final class WeightBank {
  private final Map<String, WeightFile> files = new LinkedHashMap<>();

  /** Names of derived weights, and how each is made. */
  private final Map<String, Supplier<Weight>> derived = new ConcurrentHashMap<>();

  private final Precision precision;

  /** An empty bank whose matrices are multiplied in 32-bit floats. */
  public WeightBank() {
    this(Precision.FLOAT32);
  }

  /**
   * An empty bank.
   *
   * @param precision in what its matrices are multiplied
   */
  public WeightBank(Precision precision) {
    this.precision = precision;
  }

  /** A model's weights; models whose files have the same content share one instance of it. */
  public static WeightBank of(ModelFolder model, Precision precision) {
    return new WeightBank(precision)
        .add(CaptionGraph.CLIP, shared(model, ModelFolder.CLIP_WEIGHTS))
        .add(CaptionGraph.T5, shared(model, ModelFolder.T5_WEIGHTS))
        .add(CaptionGraph.PREFIX, shared(model, ModelFolder.PREFIX_WEIGHTS));
  }

  private static WeightFile shared(ModelFolder model, String name) {
    return WeightFile.shared(model.sha256(name), () -> model.weights(name));
  }

  /** In what products with a weight are made. */
  Precision precision() {
    return precision;
  }

  /**
   * Adds a file.
   *
   * @param prefix what its tensors' names begin with here, such as {@code "clip/"}
   * @param file the file
   * @return this bank
   */
  public WeightBank add(String prefix, TensorSource file) {
    return add(prefix, WeightFile.of(file));
  }

  /**
   * Adds a file that others may use too.
   *
   * @param prefix what its tensors' names begin with here, such as {@code "clip/"}
   * @param file the file
   * @return this bank
   */
  public WeightBank add(String prefix, WeightFile file) {
    files.put(prefix, file);
    return this;
  }

  /** A weight by its prefixed name. */
  Weight get(String name) {
    Supplier<Weight> made = derived.get(name);
    return fileOf(name).getValue().get(name, made != null ? made : () -> load(name));
  }

  /**
   * A weight's values for one use: neither kept nor, where they lie in a file as they are, left in
   * memory as pages of its map.
   */
  Weight read(String name) {
    Supplier<Weight> made = derived.get(name);
    return made != null ? made.get() : load(name).reread();
  }

  private Weight load(String name) {
    return Weight.of(stored(name));
  }

  /**
   * A weight as its file stores it, for graphs that compute in that type; all others get 32 bits.
   * Returns the name that it has as such.
   */
  String asStored(String name) {
    StoredTensor tensor = stored(name);
    if (tensor.type() != DataType.F16) {
      return name;
    }
    return derive(
        name + ".in_16_bits",
        () -> new Weight(tensor.bytes(), ElementType.FLOAT16, tensor.shape(), tensor.region()));
  }

  /**
   * A weight by its prefixed name, checked.
   *
   * @throws UnusableFileException if there is none, it has another shape, or it holds integers
   */
  void require(String name, long... shape) {
    StoredTensor tensor = stored(name);
    if (!tensor.type().isFloat()) {
      throw new UnusableFileException(
          fileOf(name).getValue().source().file(),
          "tensor '%s': expected floats, found %s".formatted(tensor.name(), tensor.type()));
    }
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new UnusableFileException(
          fileOf(name).getValue().source().file(),
          "tensor '%s': expected shape %s, found %s"
              .formatted(tensor.name(), Arrays.toString(shape), Arrays.toString(tensor.shape())));
    }
  }

  /**
   * Defines a derived weight; returns its name, which begins with the prefix of the one file that
   * it is made from, and tells all else that it depends on.
   */
  String derive(String name, Supplier<Weight> values) {
    derived.put(name, values);
    return name;
  }

  /**
   * The name of a weight of the files in 16-bit floats: in place where the file has them, else
   * converted when it is asked for.
   */
  String half(String name) {
    return derive(name + ".half", () -> loadHalf(name));
  }

  private Weight loadHalf(String name) {
    StoredTensor tensor = stored(name);
    try {
      return Weight.isHalf(tensor) ? Weight.half(tensor) : read(name).toHalf();
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(
          fileOf(name).getValue().source().file(),
          "tensor '%s', %s".formatted(tensor.name(), e.getMessage()));
    }
  }

  /**
   * Defines the weight whose rows are those of others, one after the other, in the type of
   * products; returns its name.
   */
  String stack(String name, String... parts) {
    return precision == Precision.FLOAT16
        ? derive(
            name + ".half",
            () -> concatenateHalves(Arrays.stream(parts).map(this::loadHalf).toList()))
        : derive(name, () -> concatenateRows(Arrays.stream(parts).map(this::read).toList()));
  }

  private static Weight concatenateRows(List<Weight> parts) {
    FloatBuffer rows = allocate(parts.stream().mapToInt(p -> p.values().capacity()).sum());
    for (Weight part : parts) {
      rows.put(part.values().duplicate().rewind());
    }
    return new Weight(rows.rewind(), stackedShape(parts));
  }

  /** The rows of several weights of 16-bit floats one after the other. */
  private static Weight concatenateHalves(List<Weight> parts) {
    ByteBuffer rows =
        Weight.allocateHalves(parts.stream().mapToInt(part -> (int) part.bytes() / 2).sum());
    for (Weight part : parts) {
      rows.put(((ByteBuffer) part.data()).duplicate().rewind());
    }
    return new Weight(rows.rewind(), ElementType.FLOAT16, stackedShape(parts), null);
  }

  /** The shape of several weights' rows one after the other. */
  private static long[] stackedShape(List<Weight> parts) {
    long[] shape = parts.get(0).shape().clone();
    shape[0] = parts.stream().mapToLong(part -> part.shape()[0]).sum();
    return shape;
  }

  /** The shape of a file's tensor by its prefixed name; the caller's own. */
  long[] shape(String name) {
    return stored(name).shape();
  }

  static FloatBuffer allocate(int values) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, values))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private StoredTensor stored(String name) {
    Map.Entry<String, WeightFile> file = fileOf(name);
    return file.getValue().source().tensor(name.substring(file.getKey().length()));
  }

  private Map.Entry<String, WeightFile> fileOf(String name) {
    return files.entrySet().stream()
        .filter(file -> name.startsWith(file.getKey()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no file for weight " + name));
  }
}
