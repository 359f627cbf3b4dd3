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
import java.util.function.BiFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** An {@link EfficientNetLite} on libtorch. */
public final class BackboneNetwork {
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

    /**
     * The same with what is a matrix product computed in bfloat16; libtorch's convolutions of each
     * channel alone are slower in bfloat16 on the way back.
     */
    Tensor trainingForward(Tensor x) {
      if (shape.kernel() > 1) {
        return forward(x.to(ScalarType.Float));
      }
      Tensor rows = x.permute(0, 2, 3, 1);
      Tensor product =
          TorchRuntime.withBfloat16(
              true, () -> torch.linear(rows, weight.flatten(1, -1), Tensors.optional(bias)));
      return product.permute(0, 3, 1, 2);
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

  /** Pixels [B,3,S,S], normalised -> the last feature map [B,1280,S/32,S/32]. */
  public Tensor features(Tensor pixels) {
    return compute(pixels.contiguous(MemoryFormat.ChannelsLast), 0, layers.size(), Layer::forward);
  }

  /**
   * What the first convolutions make of pictures, in bfloat16 and without a way back.
   *
   * @param pixels [B,3,S,S], normalised
   * @param count how many convolutions; up to a block's beginning
   * @return [B,h,w,channels]; belongs to the scope around this call, all before it is freed
   */
  @SuppressWarnings("try") // the guard turns gradients off within it
  public Tensor first(Tensor pixels, int count) {
    PointerScope around = PointerScope.getInnerScope();
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor input = pixels.contiguous(MemoryFormat.ChannelsLast);
      Tensor maps = TorchRuntime.withBfloat16(true, () -> compute(input, 0, count, Layer::forward));
      Tensor result = maps.to(ScalarType.BFloat16).permute(0, 2, 3, 1).contiguous();
      around.attach(result);
      return result;
    }
  }

  /**
   * What the other convolutions make of {@link #first}'s maps, with a way back.
   *
   * @param maps [B,h,w,channels]
   * @param count how many convolutions were before
   * @return the last feature map [B,1280,S/32,S/32]
   */
  public Tensor rest(Tensor maps, int count) {
    return compute(maps.permute(0, 3, 1, 2), count, layers.size(), Layer::trainingForward);
  }

  private Tensor compute(
      Tensor input, int from, int to, BiFunction<Layer, Tensor, Tensor> forward) {
    List<Tensor> inputs = new ArrayList<>();
    Tensor x = input;
    for (Layer layer : layers.subList(from, to)) {
      inputs.add(x);
      x = forward.apply(layer, x);
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
