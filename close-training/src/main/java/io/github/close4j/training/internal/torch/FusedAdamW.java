package io.github.close4j.training.internal.torch;

import com.google.common.collect.ObjectArrays;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.TensorSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * AdamW with PyTorch's defaults (betas 0.9 and 0.999, ε 1e-8) on libtorch's fused kernel: one pass
 * over memory in place of the dozen of {@code torch::optim::AdamW}. Its state can be kept and put
 * back bit for bit.
 *
 * <pre>
 *   m ← 0.9·m + 0.1·g;   v ← 0.999·v + 0.001·g²
 *   p ← p − rate·decay·p − rate·(m / (1 − 0.9^t)) / (√(v / (1 − 0.999^t)) + ε)
 * </pre>
 */
public final class FusedAdamW implements AutoCloseable {
  private static final String MEAN = "adamw.mean.";
  private static final String SQUARE = "adamw.square.";

  /**
   * The kernel is not among the functions that the Java binding names, and TorchScript has it.
   * Lists must come from outside: a kernel that changes what only the script sees is taken for dead
   * code. A list that begins empty is a constant to it, the same one for all.
   */
  private static final String SCRIPT =
      """
      def list(t: Tensor) -> List[Tensor]:
          return [t]

      def add(ps: List[Tensor], gs: List[Tensor], ms: List[Tensor], vs: List[Tensor],
              ts: List[Tensor], p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: Tensor):
          ps.append(p)
          gs.append(g)
          ms.append(m)
          vs.append(v)
          ts.append(t)

      def step(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor],
               rate: float, decay: float):
          torch._fused_adamw_(p, g, m, v, [], t, lr=rate, beta1=0.9, beta2=0.999,
              weight_decay=decay, eps=1e-8, amsgrad=False, maximize=False)
      """;

  private final List<Slot> slots = new ArrayList<>();
  private final double weightDecay;
  private final CompilationUnit unit;
  private final Function kernel;
  private final Function list;
  private final Function add;
  private long steps;

  /** A parameter, its values without a gradient, and the moments of its gradient. */
  private record Slot(String name, Tensor parameter, Tensor values, Tensor mean, Tensor square) {

    /** In the kernel's order. */
    IValue[] arguments(Tensor gradient, IValue count) {
      return new IValue[] {
        new IValue(values),
        new IValue(gradient.contiguous()),
        new IValue(mean),
        new IValue(square),
        count
      };
    }
  }

  /** An optimizer that has not taken a step. */
  public FusedAdamW(Map<String, Tensor> parameters, double weightDecay) {
    this.weightDecay = weightDecay;
    unit = kept(torch.compile(SCRIPT));
    kernel = unit.find_function(new QualifiedName("step"));
    list = unit.find_function(new QualifiedName("list"));
    add = unit.find_function(new QualifiedName("add"));
    parameters.forEach(
        (name, parameter) -> {
          Tensor values = kept(parameter.detach());
          Tensor mean = kept(torch.zeros_like(values));
          slots.add(new Slot(name, parameter, values, mean, kept(torch.zeros_like(values))));
        });
  }

  private static <T extends org.bytedeco.javacpp.Pointer> T kept(T pointer) {
    pointer.retainReference();
    return pointer;
  }

  /** Changes the parameters by their gradients; those without one stay. */
  @SuppressWarnings("try") // the guard turns gradients off within it
  public void step(double learningRate) {
    steps++;
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      // All parameters at once: on a GPU that is a few kernels in place of one a parameter.
      IValue[] lists = null;
      IValue count = new IValue(Tensors.of(new float[] {steps}, 1));
      for (Slot slot : slots) {
        Tensor gradient = slot.parameter.grad();
        if (gradient.defined()) {
          IValue[] own = slot.arguments(gradient, count);
          if (lists == null) {
            lists = Arrays.stream(own).map(this::list).toArray(IValue[]::new);
          } else {
            add.apply(arguments(lists, own));
          }
        }
      }
      if (lists != null) {
        kernel.apply(arguments(lists, new IValue(learningRate), new IValue(weightDecay)));
      }
    }
  }

  private IValue list(IValue first) {
    return list.apply(new IValueVector(first));
  }

  private static IValueVector arguments(IValue[] first, IValue... others) {
    return new IValueVector(ObjectArrays.concat(first, others, IValue.class));
  }

  /** Adds the state to a file in the making. */
  public void addTo(Safetensors.Writer writer) {
    for (Slot slot : slots) {
      long[] shape = Tensors.shape(slot.values);
      writer.add(MEAN + slot.name, shape, () -> Tensors.toFloats(slot.mean));
      writer.add(SQUARE + slot.name, shape, () -> Tensors.toFloats(slot.square));
    }
  }

  /**
   * Puts a state back.
   *
   * @throws io.github.close4j.UnusableFileException if a tensor is missing or misshapen
   */
  public void load(TensorSource file, long stepsTaken) {
    for (Slot slot : slots) {
      long[] shape = Tensors.shape(slot.values);
      Tensors.set(slot.mean, Tensors.stored(file, MEAN + slot.name, shape));
      Tensors.set(slot.square, Tensors.stored(file, SQUARE + slot.name, shape));
    }
    steps = stepsTaken;
  }

  /** Releases the state. */
  @Override
  public void close() {
    for (Slot slot : slots) {
      slot.values.releaseReference();
      slot.mean.releaseReference();
      slot.square.releaseReference();
    }
    slots.clear();
    unit.releaseReference();
  }
}
