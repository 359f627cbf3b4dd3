package io.github.close4j.onnx.internal.graph;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.platform.Fp16Conversions;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.MappedFile;
import io.github.close4j.internal.tensor.StoredTensor;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Values of a weight.
 *
 * @param data a direct buffer, row-major; not to be written to. A {@link FloatBuffer} for {@link
 *     ElementType#FLOAT}, else a {@link ByteBuffer} in native order
 * @param type the elements' type
 * @param shape the dimensions; kept, not copied
 * @param region where the same bytes lie in a file, or null if in none
 */
public record Weight(
    Buffer data, ElementType type, long[] shape, MappedFile.@Nullable Region region) {

  /** The largest finite float of 16 bits (IEEE 754 binary16). */
  static final float LARGEST_HALF = 65504f;

  Weight(FloatBuffer values, long[] shape) {
    this(values, ElementType.FLOAT, shape, null);
  }

  Weight(ByteBuffer codes, long[] shape) {
    this(codes, ElementType.UINT8, shape, null);
  }

  /** The elements of a weight of floats. */
  FloatBuffer values() {
    return (FloatBuffer) data;
  }

  /** The weight of a file's tensor; read in place where the file holds it as it is wanted. */
  static Weight of(StoredTensor tensor) {
    boolean inPlace =
        tensor.type() == DataType.F32 && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    return new Weight(
        tensor.floats(), ElementType.FLOAT, tensor.shape(), inPlace ? tensor.region() : null);
  }

  /** Whether a file holds a tensor as {@link #half} wants it. */
  static boolean isHalf(StoredTensor tensor) {
    return tensor.type() == DataType.F16 && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  }

  /** The 16-bit floats of a file's tensor, read in place. */
  static Weight half(StoredTensor tensor) {
    return new Weight(tensor.bytes(), ElementType.FLOAT16, tensor.shape(), tensor.region());
  }

  /**
   * The folder of the file that holds it, links followed.
   *
   * @return its absolute path; null if no file holds it, or no longer
   */
  public @Nullable Path folder() {
    return region != null && region.isCurrent() ? region.file().toAbsolutePath().getParent() : null;
  }

  /** The same values, read again where they lie in a file. */
  Weight reread() {
    return region == null || !region.isCurrent()
        ? this
        : new Weight(FloatBuffer.wrap(region.readFloats(data.capacity())), shape);
  }

  /**
   * The size of the data.
   *
   * @return bytes
   */
  public long bytes() {
    return data instanceof FloatBuffer ? (long) Float.BYTES * data.capacity() : data.capacity();
  }

  /**
   * The same rounded from 32-bit floats to the nearest of 16 bits.
   *
   * @throws IllegalArgumentException if a value is beyond {@link #LARGEST_HALF} or not a number:
   *     there is no 16-bit float to stand for it
   */
  Weight toHalf() {
    FloatBuffer values = values();
    ByteBuffer halves = allocateHalves(values.capacity());
    for (int i = 0; i < values.capacity(); i++) {
      float value = values.get(i);
      if (!(Math.abs(value) <= LARGEST_HALF)) {
        throw new IllegalArgumentException(
            "element %d: expected a value within ±65504 for 16-bit floats, found %s"
                .formatted(i, value));
      }
      halves.putShort(Fp16Conversions.floatToFp16(value));
    }
    return new Weight(halves.rewind(), ElementType.FLOAT16, shape, null);
  }

  static ByteBuffer allocateHalves(int values) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(Short.BYTES, values))
        .order(ByteOrder.nativeOrder());
  }

  /**
   * The initializer that declares it in a graph; its data the session is given apart; the location
   * is never read.
   */
  TensorProto declaration(String name) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.code)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    tensor.addExternalData(
        entry("location", region == null ? "weights" : region.file().getFileName().toString()));
    tensor.addExternalData(entry("offset", region == null ? "0" : Long.toString(region.offset())));
    tensor.addExternalData(entry("length", Long.toString(bytes())));
    return tensor.build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
