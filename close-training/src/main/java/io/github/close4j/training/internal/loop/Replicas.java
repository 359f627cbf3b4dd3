package io.github.close4j.training.internal.loop;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.torch.FusedAdamW;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The network, a replica of it for every further worker, and AdamW. The parts of a batch are
 * computed side by side, each on a replica; gradients are summed in a fixed order, so that a step
 * gives the same bits each time.
 */
final class Replicas implements AutoCloseable {
  private final Workers workers;

  /** The network itself, then its replicas. */
  private final List<CaptionNetwork> networks = new ArrayList<>();

  private final List<Share> shares;

  Replicas(CaptionNetwork network, int threads, double weightDecay) {
    workers = new Workers(threads);
    networks.add(network);
    while (networks.size() < workers.count()) {
      networks.add(network.replica());
    }
    shares = deal(networks, workers.count(), weightDecay);
  }

  /** Parts that a batch should come in. */
  int count() {
    return workers.count();
  }

  void setTraining(boolean training) {
    networks.forEach(network -> network.setTraining(training));
  }

  /** The first part drops by this seed, the next ones by those after it. */
  void seedDropout(long first, int parts) {
    for (int i = 0; i < parts; i++) {
      networks.get(i).seedDropout(first + i);
    }
  }

  /** Computes something of each part, side by side; the results in the order of the parts. */
  <T> List<T> each(
      List<CaptionNetwork.Input> parts, BiFunction<CaptionNetwork, CaptionNetwork.Input, T> work) {
    List<Supplier<T>> tasks = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      CaptionNetwork.Input part = parts.get(i);
      CaptionNetwork network = networks.get(i);
      tasks.add(() -> work.apply(network, part));
    }
    return workers.run(tasks);
  }

  void clearGradients() {
    onShares(
        share -> {
          Gradients.clear(share.parameters);
          share.replicas.forEach(Gradients::clear);
          return true;
        });
  }

  /** Adds the replicas' gradients to the network's own; returns the norm of all sums together. */
  double sumGradients() {
    double squares = 0;
    for (double share :
        onShares(
            share -> {
              share.replicas.forEach(replica -> Gradients.add(share.parameters, replica));
              return Gradients.squares(share.parameters);
            })) {
      squares += share;
    }
    return Math.sqrt(squares);
  }

  /** AdamW's step, by gradients that are scaled down first if their norm is above the largest. */
  void update(double gradientNorm, double maxNorm, double learningRate) {
    onShares(
        share -> {
          Gradients.clip(share.parameters, gradientNorm, maxNorm);
          share.optimizer.step(learningRate);
          return true;
        });
  }

  /** Adds AdamW's state to a checkpoint in the making. */
  void addTo(Safetensors.Writer writer) {
    shares.forEach(share -> share.optimizer.addTo(writer));
  }

  /** Takes AdamW's state of a checkpoint over. */
  void load(TensorSource checkpoint, long stepsTaken) {
    shares.forEach(share -> share.optimizer.load(checkpoint, stepsTaken));
  }

  /** Some of the parameters, the same ones of each replica, and what changes them. */
  private record Share(
      Collection<Tensor> parameters, List<Collection<Tensor>> replicas, FusedAdamW optimizer) {}

  private <T> List<T> onShares(Function<Share, T> action) {
    List<Supplier<T>> tasks = new ArrayList<>();
    shares.forEach(share -> tasks.add(() -> action.apply(share)));
    return workers.run(tasks);
  }

  /** Deals all parameters out, the largest first, each to the share that has the least. */
  private static List<Share> deal(List<CaptionNetwork> networks, int shares, double weightDecay) {
    List<Map<String, Tensor>> dealt = new ArrayList<>();
    for (int i = 0; i < shares; i++) {
      dealt.add(new LinkedHashMap<>());
    }
    long[] sizes = new long[shares];
    networks.get(0).parameters().entrySet().stream()
        .sorted(Comparator.comparingLong(entry -> -entry.getValue().numel()))
        .forEach(
            entry -> {
              int least = least(sizes);
              dealt.get(least).put(entry.getKey(), entry.getValue());
              sizes[least] += entry.getValue().numel();
            });
    return dealt.stream().map(own -> share(own, networks, weightDecay)).toList();
  }

  private static int least(long[] sizes) {
    int least = 0;
    for (int i = 1; i < sizes.length; i++) {
      least = sizes[i] < sizes[least] ? i : least;
    }
    return least;
  }

  private static Share share(
      Map<String, Tensor> own, List<CaptionNetwork> networks, double weightDecay) {
    List<Collection<Tensor>> replicas = new ArrayList<>();
    for (CaptionNetwork replica : networks.subList(1, networks.size())) {
      Map<String, Tensor> all = replica.parameters();
      replicas.add(own.keySet().stream().map(all::get).toList());
    }
    return new Share(List.copyOf(own.values()), replicas, new FusedAdamW(own, weightDecay));
  }

  @Override
  @SuppressWarnings("try") // the scope frees what is made within it
  public void close() {
    workers.close();
    networks.get(0).setTraining(false);
    try (PointerScope scope = new PointerScope()) {
      networks.stream().skip(1).forEach(CaptionNetwork::close);
      shares.forEach(share -> share.optimizer.close());
    }
  }

  /** Arithmetic on the gradients of parameters; those that have none are passed over. */
  private static final class Gradients {
    /** Keeps a division by a norm of 0 finite, as in PyTorch. */
    private static final double TINY = 1e-6;

    private Gradients() {}

    /** Forgets gradients and frees their memory. */
    @SuppressWarnings("try") // the scope frees what is made within it
    static void clear(Collection<Tensor> parameters) {
      try (PointerScope scope = new PointerScope()) {
        parameters.forEach(parameter -> parameter.mutable_grad().reset());
      }
    }

    /** Adds the gradients of some parameters to those of as many others, in the same order. */
    @SuppressWarnings("try") // the guard turns gradients off within it
    static void add(Collection<Tensor> sums, Collection<Tensor> addends) {
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
    static double squares(Collection<Tensor> parameters) {
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
    static void clip(Collection<Tensor> parameters, double norm, double maxNorm) {
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

  /**
   * Threads that compute independent parts of a step side by side. libtorch's own threads share out
   * one operation after the other, and not the 32-bit matrix products, which are OpenBLAS's; parts
   * of a batch keep every core busy throughout.
   */
  private static final class Workers implements AutoCloseable {
    /** More would cost more memory for gradients than they bring. */
    private static final int MOST = 4;

    private final int count;
    private final ExecutorService executor;

    /** Workers for a number of threads. */
    Workers(int threads) {
      count = TorchRuntime.usesCuda() ? 1 : Math.min(threads, MOST);
      executor = Executors.newFixedThreadPool(count, task -> thread(task, threads / count));
    }

    private static Thread thread(Runnable task, int operationThreads) {
      Runnable prepared =
          () -> {
            torch.set_num_threads(operationThreads);
            torch.get_num_threads();
            task.run();
          };
      Thread thread = new Thread(prepared, "training-worker");
      thread.setDaemon(true);
      return thread;
    }

    /** How many parts are computed at once. */
    int count() {
      return count;
    }

    /**
     * Computes parts and waits for all of them, even if this thread is interrupted: they work on
     * the network's memory. Tensors made in a part are freed at its end.
     */
    <T> List<T> run(List<Supplier<T>> parts) {
      List<Future<T>> running = parts.stream().map(part -> executor.submit(scoped(part))).toList();
      List<T> results = new ArrayList<>();
      Throwable failure = null;
      for (Future<T> result : running) {
        try {
          results.add(Uninterruptibles.getUninterruptibly(result));
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
        }
      }
      if (failure != null) {
        Throwables.throwIfUnchecked(failure);
        throw new IllegalStateException(failure);
      }
      return results;
    }

    @SuppressWarnings("try") // the scope frees what is made within it
    private static <T> Callable<T> scoped(Supplier<T> part) {
      return () -> {
        try (PointerScope scope = new PointerScope()) {
          return part.get();
        }
      };
    }

    /** Lets the threads end. */
    @Override
    public void close() {
      executor.shutdown();
    }
  }
}
