package io.github.close4j.training.torch;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Tensors from and to Java arrays; every conversion copies. */
public final class Tensors {
  private Tensors() {}

  /**
   * A float tensor.
   *
   * @param values the elements, row-major; copied
   * @param shape the dimensions
   * @return a new tensor
   */
  public static Tensor of(float[] values, long... shape) {
    try (FloatPointer pointer = new FloatPointer(values)) {
      return torch.from_blob(pointer, shape, new TensorOptions(ScalarType.Float)).clone();
    }
  }

  /**
   * An integer tensor.
   *
   * @param values the elements, row-major; copied
   * @param shape the dimensions
   * @return a new tensor of 64-bit integers
   */
  public static Tensor of(long[] values, long... shape) {
    try (LongPointer pointer = new LongPointer(values)) {
      return torch.from_blob(pointer, shape, new TensorOptions(ScalarType.Long)).clone();
    }
  }

  /**
   * The elements of a tensor as floats.
   *
   * @param tensor a tensor of any float type
   * @return a new array, row-major
   */
  public static float[] toFloats(Tensor tensor) {
    Tensor dense = tensor.detach().to(ScalarType.Float).contiguous();
    float[] values = new float[Math.toIntExact(dense.numel())];
    new FloatPointer(dense.data_ptr()).get(values);
    return values;
  }

  /**
   * The elements of an integer tensor.
   *
   * @param tensor a tensor of 64-bit integers
   * @return a new array, row-major
   */
  public static long[] toLongs(Tensor tensor) {
    Tensor dense = tensor.contiguous();
    long[] values = new long[Math.toIntExact(dense.numel())];
    new LongPointer(dense.data_ptr()).get(values);
    return values;
  }

  /**
   * A number as libtorch takes it.
   *
   * @param value the number
   * @return a new scalar
   */
  public static Scalar scalar(double value) {
    return new Scalar(value);
  }

  /**
   * A tensor as an optional argument.
   *
   * @param tensor the tensor
   * @return a present optional
   */
  public static TensorOptional optional(Tensor tensor) {
    return new TensorOptional(tensor);
  }
}
