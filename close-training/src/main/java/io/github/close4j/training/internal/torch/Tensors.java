package io.github.close4j.training.internal.torch;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.internal.tensor.TensorSource;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Tensors from and to Java arrays; every conversion copies. New tensors lie on {@link
 * TorchRuntime}'s device.
 */
public final class Tensors {
  private static final Device CUDA = new Device(DeviceType.CUDA, (byte) 0);

  /** Elements of the largest tensor of a batch, not of weights: libtorch keeps pinned memory. */
  private static final long LARGEST_PINNED = 1 << 20;

  private Tensors() {}

  /** A new float tensor of elements in row-major order. */
  public static Tensor of(float[] values, long... shape) {
    try (FloatPointer pointer = new FloatPointer(values)) {
      return owned(torch.from_blob(pointer, shape, new TensorOptions(ScalarType.Float)));
    }
  }

  /** A new tensor of 64-bit integers in row-major order. */
  public static Tensor of(long[] values, long... shape) {
    try (LongPointer pointer = new LongPointer(values)) {
      return owned(torch.from_blob(pointer, shape, new TensorOptions(ScalarType.Long)));
    }
  }

  /** A new tensor of bfloat16; the bits are the upper halves of floats. */
  public static Tensor ofBfloat16(short[] bits, long... shape) {
    try (ShortPointer pointer = new ShortPointer(bits)) {
      return owned(torch.from_blob(pointer, shape, new TensorOptions(ScalarType.BFloat16)));
    }
  }

  private static Tensor owned(Tensor borrowed) {
    if (!TorchRuntime.usesCuda()) {
      return borrowed.clone();
    }
    // From pinned memory the copy takes its place behind the GPU's other work. From any other, this
    // thread would wait for all of that: in the midst of a step, which would starve the GPU.
    boolean isSmall = borrowed.numel() <= LARGEST_PINNED;
    Tensor source = isSmall ? borrowed.pin_memory() : borrowed;
    return source.to(CUDA, source.scalar_type(), isSmall, false, new MemoryFormatOptional());
  }

  /** The dimensions of a tensor, outermost first. */
  public static long[] shape(Tensor tensor) {
    long[] shape = new long[(int) tensor.dim()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.size(i);
    }
    return shape;
  }

  static float[] stored(TensorSource file, String name, long[] shape) {
    StoredTensor stored = file.tensor(name);
    if (!Arrays.equals(stored.shape(), shape)) {
      throw new UnusableFileException(
          file.file(),
          "tensor '%s': expected shape %s, found %s"
              .formatted(name, Arrays.toString(shape), Arrays.toString(stored.shape())));
    }
    return stored.toFloatArray();
  }

  /**
   * Reads the values for a tensor from a file.
   *
   * @throws UnusableFileException if there is no such tensor, or one of another shape
   */
  public static float[] stored(TensorSource file, String name, Tensor tensor) {
    return stored(file, name, shape(tensor));
  }

  /** Overwrites a tensor of floats; its gradient is left as it is. */
  @SuppressWarnings("try") // the guard turns gradients off within it
  public static void set(Tensor tensor, float[] values) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      tensor.copy_(of(values, shape(tensor)));
    }
  }

  /** The elements of a tensor of any float type, row-major. */
  public static float[] toFloats(Tensor tensor) {
    Tensor dense = tensor.detach().cpu().to(ScalarType.Float).contiguous();
    float[] values = new float[Math.toIntExact(dense.numel())];
    new FloatPointer(dense.data_ptr()).get(values);
    return values;
  }

  /** The upper halves of the elements of a tensor of bfloat16, row-major. */
  public static short[] toBfloat16Bits(Tensor tensor) {
    Tensor dense = tensor.detach().cpu().to(ScalarType.BFloat16).contiguous();
    short[] bits = new short[Math.toIntExact(dense.numel())];
    new ShortPointer(dense.data_ptr()).get(bits);
    return bits;
  }

  /** The elements of a tensor of 64-bit integers, row-major. */
  public static long[] toLongs(Tensor tensor) {
    Tensor dense = tensor.cpu().contiguous();
    long[] values = new long[Math.toIntExact(dense.numel())];
    new LongPointer(dense.data_ptr()).get(values);
    return values;
  }

  /** A number as libtorch takes it. */
  public static Scalar scalar(double value) {
    return new Scalar(value);
  }

  /** A tensor as an optional argument. */
  public static TensorOptional optional(Tensor tensor) {
    return new TensorOptional(tensor);
  }
}
