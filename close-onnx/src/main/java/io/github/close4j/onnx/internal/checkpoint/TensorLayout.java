package io.github.close4j.onnx.internal.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Where the elements of a strided view of a storage lie, checked against the storage. */
final class TensorLayout {
  private final TorchObjects.Tensor tensor;
  private final long elements;
  private final long span;

  private TensorLayout(TorchObjects.Tensor tensor, long elements, long span) {
    this.tensor = tensor;
    this.elements = elements;
    this.span = span;
  }

  /**
   * The layout of a view.
   *
   * @throws IllegalArgumentException if it reaches out of its storage, or says more elements than
   *     the storage has: a few bytes of file must not become gigabytes of memory
   */
  static TensorLayout of(TorchObjects.Tensor tensor) {
    long[] shape = tensor.shape();
    long[] strides = tensor.strides();
    if (shape.length != strides.length) {
      throw malformed(tensor);
    }
    try {
      long elements = 1;
      long span = 1;
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] < 0 || strides[i] < 0) {
          throw malformed(tensor);
        }
        elements = Math.multiplyExact(elements, shape[i]);
        span = Math.addExact(span, Math.multiplyExact(Math.max(shape[i] - 1, 0), strides[i]));
      }
      span = elements == 0 ? 0 : span;
      long available = tensor.storage().elements();
      long end = Math.addExact(tensor.offset(), span);
      if (tensor.offset() < 0 || end > available || elements > available) {
        throw malformed(tensor);
      }
      return new TensorLayout(tensor, elements, span);
    } catch (ArithmeticException e) {
      throw malformed(tensor);
    }
  }

  private static IllegalArgumentException malformed(TorchObjects.Tensor tensor) {
    return new IllegalArgumentException(
        "expected a view of its storage of %d elements, found offset %d, shape %s, strides %s"
            .formatted(
                tensor.storage().elements(),
                tensor.offset(),
                Arrays.toString(tensor.shape()),
                Arrays.toString(tensor.strides())));
  }

  /** First byte of the view in its storage. */
  long beginByte() {
    return tensor.offset() * tensor.storage().type().bytes();
  }

  /** Bytes from the first element to behind the last, gaps included. */
  long spanBytes() {
    return span * tensor.storage().type().bytes();
  }

  /** Bytes of the elements alone. */
  long rowMajorBytes() {
    return elements * tensor.storage().type().bytes();
  }

  /** Whether the elements lie one behind the other, row by row. */
  boolean isRowMajor() {
    long expected = 1;
    for (int i = tensor.shape().length - 1; i >= 0; i--) {
      if (tensor.shape()[i] > 1 && tensor.strides()[i] != expected) {
        return elements == 0;
      }
      expected *= tensor.shape()[i];
    }
    return true;
  }

  /** The elements row by row, copied off the heap out of the span that starts with the first. */
  ByteBuffer rowMajor(ByteBuffer spanned) {
    int size = tensor.storage().type().bytes();
    ByteBuffer source = spanned.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer rows =
        ByteBuffer.allocateDirect(Math.toIntExact(elements * size)).order(ByteOrder.LITTLE_ENDIAN);
    long[] index = new long[tensor.shape().length];
    for (long i = 0; i < elements; i++) {
      rows.put(source.slice((int) (at(index) * size), size));
      advance(index);
    }
    return rows.flip();
  }

  private long at(long[] index) {
    long position = 0;
    for (int i = 0; i < index.length; i++) {
      position += index[i] * tensor.strides()[i];
    }
    return position;
  }

  private void advance(long[] index) {
    for (int i = index.length - 1; i >= 0; i--) {
      if (++index[i] < tensor.shape()[i]) {
        return;
      }
      index[i] = 0;
    }
  }
}
