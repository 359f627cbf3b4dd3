package io.github.close4j.training.internal.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;

/**
 * Threads that compute independent parts of a step side by side. libtorch's own threads share out
 * one operation after the other, and not the 32-bit matrix products, which are OpenBLAS's; parts of
 * a batch keep every core busy throughout.
 */
public final class TorchWorkers implements AutoCloseable {
  /** More would cost more memory for gradients than they bring. */
  private static final int MOST = 4;

  private final int count;
  private final ExecutorService executor;

  /** Workers for a number of threads. */
  public TorchWorkers(int threads) {
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
  public int count() {
    return count;
  }

  /** Computes parts and waits for all of them. Tensors made in a part are freed at its end. */
  public <T> List<T> run(List<Supplier<T>> parts) {
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> result :
          executor.invokeAll(parts.stream().map(TorchWorkers::scoped).toList())) {
        results.add(result.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while training", e);
    }
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
