package io.github.close4j.onnx.internal.session;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.github.close4j.image.ClipImageProcessor;
import io.github.close4j.onnx.internal.model.ClipConfig;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and prepares the pictures of a batch, several at a time, on threads of its own: the
 * common pool belongs to the application, which may have filled it with what waits for captions,
 * and the calling thread must be able to leave a picture that it does not want any more. No call
 * has more threads than an operation of the graph has, and none waits for another call's pictures,
 * which may come through slow streams; idle threads end by themselves.
 */
public final class PictureBatches implements AutoCloseable {
  static final String THREAD_NAMES = "close4j-picture-%d";

  private static final int IDLE_SECONDS = 5;

  /** Writes a picture's pixels for CLIP. */
  public interface Picture {
    void process(ClipImageProcessor processor, float[] pixels, int offset);

    /** A picture that is decoded elsewhere. */
    static Picture of(Supplier<BufferedImage> image) {
      return (processor, pixels, offset) -> processor.process(image.get(), pixels, offset);
    }
  }

  private final ClipImageProcessor processor;
  private final int edge;
  private final int threads;
  private final ThreadPoolExecutor pool;

  /** Whether this thread is working on a picture. */
  private final ThreadLocal<Boolean> isWorker = ThreadLocal.withInitial(() -> false);

  /**
   * A pool without a thread as yet.
   *
   * @param threads most pictures of a call that are worked on at once; 0 for one a core
   */
  public PictureBatches(ClipConfig.Preprocessing preprocessing, int threads) {
    this.processor = preprocessing.processor();
    this.edge = preprocessing.imageSize();
    this.threads = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    this.pool =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new ThreadFactoryBuilder().setNameFormat(THREAD_NAMES).setDaemon(true).build());
  }

  /**
   * Prepares pictures. If some of them cannot be read, the first of these, in their order, is the
   * one whose exception is thrown; none is being worked on any more then.
   *
   * @param pictures decode and write the pictures
   * @param termination ends the wait for them; those under way are interrupted then, and what does
   *     not heed that, such as a stream that waits for its other end, is left behind
   * @return [B,3,S,S]
   * @throws java.util.concurrent.CancellationException if the wait was ended, or this thread is
   *     interrupted
   */
  public InputTensor tensor(List<Picture> pictures, Termination termination) {
    return InputTensor.of(pixels(pictures, termination), pictures.size(), 3, edge, edge);
  }

  /** The elements of {@link #tensor}. */
  float[] pixels(List<Picture> pictures, Termination termination) {
    int workers = Math.min(threads, pictures.size());
    Batch batch = new Batch(pictures, workers);
    List<Future<?>> working = new ArrayList<>();
    try {
      for (int i = 0; i < workers; i++) {
        working.add(pool.submit(batch::work));
      }
      termination.await(batch.done);
    } finally {
      batch.beginNoMore();
      working.forEach(worker -> worker.cancel(true));
    }
    batch.requireAll();
    return batch.pixels;
  }

  /** The pictures of one call. Its workers take one after the other. */
  private final class Batch {
    private final List<Picture> pictures;
    private final float[] pixels;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger workers;
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();

    /** The first picture that failed, in their order, if one did. */
    private int firstFailure;

    private @Nullable Throwable failure;

    Batch(List<Picture> pictures, int workers) {
      this.pictures = pictures;
      this.pixels = new float[Math.multiplyExact(pictures.size(), processor.outputLength())];
      this.workers = new AtomicInteger(workers);
      this.firstFailure = pictures.size();
      if (workers == 0) {
        done.complete(true);
      }
    }

    void work() {
      isWorker.set(true);
      try {
        for (int index = next(); index < pictures.size(); index = next()) {
          prepare(index);
        }
      } finally {
        isWorker.remove();
        if (workers.decrementAndGet() == 0) {
          done.complete(true);
        }
      }
    }

    private int next() {
      return next.getAndUpdate(index -> Math.min(index + 1, pictures.size()));
    }

    private void prepare(int index) {
      try {
        pictures.get(index).process(processor, pixels, index * processor.outputLength());
      } catch (RuntimeException | Error e) {
        fail(index, e);
      }
    }

    private synchronized void fail(int index, Throwable e) {
      if (index < firstFailure) {
        firstFailure = index;
        failure = e;
      }
      // Those before it are prepared or being worked on.
      beginNoMore();
    }

    void beginNoMore() {
      next.set(pictures.size());
    }

    synchronized void requireAll() {
      if (failure != null) {
        Throwables.throwIfUnchecked(failure);
        throw new IllegalStateException(failure);
      }
    }
  }

  /**
   * Ends the threads, but for those that were left with a stream, which end with it. No call may be
   * under way.
   */
  @Override
  public void close() {
    pool.shutdown();
  }

  /** Whether the calling thread reads a picture of a call, which waits for it. */
  public boolean isWorker() {
    return isWorker.get();
  }
}
