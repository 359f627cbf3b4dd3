package io.github.close4j.examples.backbone;

import static java.util.Objects.requireNonNull;

import io.github.close4j.examples.backbone.EfficientNetLite.Convolution;
import io.github.close4j.training.internal.torch.Parameters;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** An {@link EfficientNetLite} on libtorch. */
public final class BackboneNetwork {
  private static final int PICTURES_AT_ONCE = 16;

  private final List<Layer> layers = new ArrayList<>();

  private record Layer(Convolution shape, Tensor weight, Tensor bias) {

    /** [B,in,h,w] -> [B,out,h/stride,w/stride]. */
    Tensor forward(Tensor x) {
      int before = shape.padBefore();
      int after = shape.padAfter();
      Tensor padded = before == after ? x : torch.constant_pad_nd(x, before, after, before, after);
      long padding = before == after ? before : 0;
      return torch.conv2d(
          padded,
          weight,
          Tensors.optional(bias),
          new long[] {shape.stride(), shape.stride()},
          new long[] {padding, padding},
          new long[] {1, 1},
          shape.groups());
    }
  }

  /** A network whose parameters have the names of the convolutions behind {@code prefix}. */
  public BackboneNetwork(EfficientNetLite shape, Parameters parameters, String prefix) {
    for (Convolution c : shape.convolutions()) {
      String name = prefix + c.name();
      double stdDev = Math.sqrt(2.0 / (c.weightShape()[1] * c.kernel() * c.kernel()));
      layers.add(
          new Layer(
              c,
              parameters.declare(name + ".weight", 0, stdDev, c.weightShape()),
              parameters.declare(name + ".bias", 0, 0, c.out())));
    }
  }

  /** Overwrites the weights with those of {@link EfficientNetLite#folded}. */
  public void set(Map<String, float[]> weights) {
    Map<String, Tensor> own = new HashMap<>();
    for (Layer layer : layers) {
      own.put(layer.shape.name() + ".weight", layer.weight);
      own.put(layer.shape.name() + ".bias", layer.bias);
    }
    own.forEach((name, tensor) -> Tensors.set(tensor, requireNonNull(weights.get(name), name)));
  }

  /**
   * Pixels [B,3,S,S], normalised -> the last feature map [B,1280,S/32,S/32]. What the frozen
   * convolutions compute is not remembered for a way back.
   *
   * @param frozen how many of the first convolutions stay as they are; a block's beginning
   */
  public Tensor features(Tensor pixels, int frozen) {
    return compute(
        frozen == 0 ? pixels.contiguous(MemoryFormat.ChannelsLast) : frozen(pixels, frozen),
        frozen,
        layers.size());
  }

  /**
   * What the first convolutions make of the pictures, of a few at a time: they need most memory.
   */
  private Tensor frozen(Tensor pixels, int count) {
    List<Tensor> parts = new ArrayList<>();
    for (long from = 0; from < pixels.size(0); from += PICTURES_AT_ONCE) {
      long rows = Math.min(PICTURES_AT_ONCE, pixels.size(0) - from);
      parts.add(withoutGradient(pixels.narrow(0, from, rows), count));
    }
    return torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 0);
  }

  /** The result belongs to the scope around this call; all before it is freed. */
  @SuppressWarnings("try") // the guard turns gradients off within it
  private Tensor withoutGradient(Tensor pixels, int count) {
    PointerScope around = PointerScope.getInnerScope();
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor input = pixels.contiguous(MemoryFormat.ChannelsLast);
      Tensor maps = TorchRuntime.withBfloat16(true, () -> compute(input, 0, count));
      Tensor result = maps.to(ScalarType.Float);
      around.attach(result);
      return result;
    }
  }

  private Tensor compute(Tensor input, int from, int to) {
    List<Tensor> inputs = new ArrayList<>();
    Tensor x = input;
    for (Layer layer : layers.subList(from, to)) {
      inputs.add(x);
      x = layer.forward(x);
      if (layer.shape.activates()) {
        x = torch.relu6(x);
      }
      if (layer.shape.residual() > 0) {
        x = x.add(inputs.get(inputs.size() - 1 - layer.shape.residual()));
      }
    }
    return x;
  }
}
