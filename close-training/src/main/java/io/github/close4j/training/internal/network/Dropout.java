package io.github.close4j.training.internal.network;

import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Dropout of one probability, active only while training. What it drops is fixed by a seed, so that
 * a run can be resumed at any step.
 *
 * <p>On the processor, masks are drawn here, four elements to 64 bits, so that a probability is one
 * of 65 536. libtorch's generator takes 64 bits for each, one element after the other.
 */
final class Dropout {
  private static final int LEVELS = 1 << Short.SIZE;
  private static final int DRAWS_A_LONG = Long.SIZE / Short.SIZE;

  /** 1 as bfloat16: the upper half of the float. */
  private static final short ONE = (short) (Float.floatToRawIntBits(1f) >>> Short.SIZE);

  private final double probability;
  private final int dropped;
  private final float scale;
  private SplittableRandom random = new SplittableRandom(0);
  private long bits;
  private boolean active;

  Dropout(double probability) {
    this.probability = probability;
    this.dropped = (int) Math.round(probability * LEVELS);
    this.scale = (float) (1 / (1 - probability));
  }

  double probability() {
    return probability;
  }

  void setActive(boolean active) {
    this.active = active;
  }

  void seed(long seed) {
    if (TorchRuntime.usesCuda()) {
      torch.cuda_manual_seed(seed);
    } else {
      random = new SplittableRandom(seed);
    }
  }

  Tensor apply(Tensor x) {
    if (!active || probability == 0) {
      return x;
    }
    if (x.is_cuda()) {
      return torch.dropout(x, probability, true);
    }
    int size = Math.toIntExact(x.numel());
    long[] shape = Tensors.shape(x);
    if (x.scalar_type() == ScalarType.Float) {
      return x.mul(Tensors.of(scaledMask(size), shape));
    }
    // Rounded to bfloat16, a scale in the mask would make every activation a little smaller.
    return x.mul(Tensors.ofBfloat16(mask(size), shape)).mul_(Tensors.scalar(scale));
  }

  /** The scale, or 0 where an element is dropped. */
  private float[] scaledMask(int size) {
    float[] mask = new float[size];
    for (int i = 0; i < size; i++) {
      mask[i] = keeps(i) ? scale : 0;
    }
    return mask;
  }

  /** 1, or 0 where an element is dropped, as bfloat16. */
  private short[] mask(int size) {
    short[] mask = new short[size];
    for (int i = 0; i < size; i++) {
      mask[i] = keeps(i) ? ONE : 0;
    }
    return mask;
  }

  /** Draws whether a mask's element is kept; to be asked once for each, from 0 upwards. */
  private boolean keeps(int element) {
    bits = element % DRAWS_A_LONG == 0 ? random.nextLong() : bits >>> Short.SIZE;
    return (bits & (LEVELS - 1)) >= dropped;
  }
}
