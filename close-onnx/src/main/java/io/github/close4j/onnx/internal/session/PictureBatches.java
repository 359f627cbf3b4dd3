package io.github.close4j.onnx.internal.session;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import io.github.close4j.image.ClipImageProcessor;
import io.github.close4j.onnx.internal.model.ClipConfig;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and prepares the pictures of a batch, several at a time, on threads of its own: the
 * common pool belongs to the application, which may have filled it with what waits for captions.
 * There are at most as many threads as an operation of the graph has; idle ones end by themselves.
 */
public final class PictureBatches implements AutoCloseable {
  static final String THREAD_NAMES = "close4j-picture-%d";

  private static final int IDLE_SECONDS = 5;

  private final ClipImageProcessor processor;
  private final int edge;
  private final int threads;
  private final ThreadPoolExecutor pool;

  /**
   * A pool without a thread as yet.
   *
   * @param threads most threads; 0 for one a core; with 1 the calling thread does it all
   */
  public PictureBatches(ClipConfig.Preprocessing preprocessing, int threads) {
    this.processor = preprocessing.processor();
    this.edge = preprocessing.imageSize();
    this.threads = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    this.pool =
        new ThreadPoolExecutor(
            this.threads,
            this.threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new ThreadFactoryBuilder().setNameFormat(THREAD_NAMES).setDaemon(true).build());
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Prepares pictures. If some of them cannot be read, the first of these, in their order, is the
   * one whose exception is thrown; none is being worked on any more then.
   *
   * @param pictures decode the pictures
   * @return [B,3,S,S]
   */
  public InputTensor tensor(List<Supplier<BufferedImage>> pictures) {
    return InputTensor.of(pixels(pictures), pictures.size(), 3, edge, edge);
  }

  /** The elements of {@link #tensor}. */
  float[] pixels(List<Supplier<BufferedImage>> pictures) {
    int length = processor.outputLength();
    float[] pixels = new float[Math.multiplyExact(pictures.size(), length)];
    AtomicInteger firstFailure = new AtomicInteger(Integer.MAX_VALUE);
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      int index = i;
      Runnable work = () -> processor.process(pictures.get(index).get(), pixels, index * length);
      tasks.add(new FutureTask<>(() -> unlessFailedBefore(index, firstFailure, work), null));
    }
    run(tasks);
    requireAll(tasks);
    return pixels;
  }

  /** Pictures behind one that failed need no work. */
  private static void unlessFailedBefore(int index, AtomicInteger firstFailure, Runnable work) {
    if (index > firstFailure.get()) {
      return;
    }
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      firstFailure.accumulateAndGet(index, Math::min);
      throw e;
    }
  }

  private void run(List<FutureTask<Void>> tasks) {
    if (threads == 1 || tasks.size() == 1) {
      tasks.forEach(FutureTask::run);
    } else {
      tasks.forEach(pool::execute);
    }
  }

  private static void requireAll(List<FutureTask<Void>> tasks) {
    @Nullable Throwable first = null;
    for (FutureTask<Void> task : tasks) {
      try {
        Uninterruptibles.getUninterruptibly(task);
      } catch (ExecutionException e) {
        first = first == null ? e.getCause() : first;
      }
    }
    if (first != null) {
      Throwables.throwIfUnchecked(first);
      throw new IllegalStateException(first);
    }
  }

  /** Ends the threads. Nothing may be under way. */
  @Override
  public void close() {
    pool.shutdown();
    Uninterruptibles.awaitTerminationUninterruptibly(pool);
  }
}
