package io.github.close4j.training.internal.torch;

import java.util.Collection;
import java.util.Iterator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Arithmetic on the gradients of parameters; those that have none are passed over. */
public final class Gradients {
  /** Keeps a division by a norm of 0 finite, as in PyTorch. */
  private static final double TINY = 1e-6;

  private Gradients() {}

  /** Forgets gradients and frees their memory. */
  @SuppressWarnings("try") // the scope frees what is made within it
  public static void clear(Collection<Tensor> parameters) {
    try (PointerScope scope = new PointerScope()) {
      parameters.forEach(parameter -> parameter.mutable_grad().reset());
    }
  }

  /** Adds the gradients of some parameters to those of as many others, in the same order. */
  @SuppressWarnings("try") // the guard turns gradients off within it
  public static void add(Collection<Tensor> sums, Collection<Tensor> addends) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Iterator<Tensor> addend = addends.iterator();
      for (Tensor sum : sums) {
        Tensor added = addend.next().grad();
        Tensor present = sum.mutable_grad();
        if (added.defined() && present.defined()) {
          present.add_(added);
        } else if (added.defined()) {
          present.put(added);
        }
      }
    }
  }

  /** The sum of the squares of all gradients; NaN or infinite if one gradient is. */
  @SuppressWarnings("try") // the guard turns gradients off within it
  public static double squares(Collection<Tensor> parameters) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      TensorVector norms = new TensorVector();
      for (Tensor parameter : parameters) {
        Tensor gradient = parameter.grad();
        if (gradient.defined()) {
          norms.push_back(gradient.norm());
        }
      }
      return norms.empty() ? 0 : sumOfSquares(norms);
    }
  }

  /** One look at all of them together: each look waits for a GPU to finish what it was given. */
  private static double sumOfSquares(TensorVector norms) {
    double squares = 0;
    for (float norm : Tensors.toFloats(torch.stack(norms))) {
      squares += (double) norm * norm;
    }
    return squares;
  }

  /**
   * Scales gradients down if the norm of all of them, which may be more than these, is above the
   * largest, as PyTorch's {@code clip_grad_norm_} does.
   */
  @SuppressWarnings("try") // the guard turns gradients off within it
  public static void clip(Collection<Tensor> parameters, double norm, double maxNorm) {
    double factor = maxNorm / (norm + TINY);
    if (!(factor < 1)) {
      return;
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      for (Tensor parameter : parameters) {
        Tensor gradient = parameter.mutable_grad();
        if (gradient.defined()) {
          gradient.mul_(Tensors.scalar(factor));
        }
      }
    }
  }
}
