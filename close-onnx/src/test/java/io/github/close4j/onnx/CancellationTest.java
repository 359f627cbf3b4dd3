package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captioning that is stopped from outside. */
class CancellationTest {
  /** Minutes of work, unless it is stopped. */
  private static final Decoding ENDLESS = Decoding.beam(5).maxNewTokens(4096).minNewTokens(4096);

  private static final Decoding SHORT = Decoding.beam(5).maxNewTokens(8);

  @TempDir Path temporary;
  private Captioner captioner;
  private List<CaptionInput> inputs;
  private List<List<Caption>> expected;

  @BeforeEach
  void open() {
    captioner =
        Captioner.open(
            TinyModel.write(temporary, TinyModel.PROJECTION),
            InferenceOptions.defaults().threads(1).batchSize(32));
    float[] vector = new float[TinyModel.CLIP_DIM];
    vector[3] = 1;
    inputs = Collections.nCopies(64, CaptionInput.ofVector(vector));
    expected = captioner.caption(inputs, SHORT);
  }

  @AfterEach
  void stillCaptions() {
    assertEquals(expected, captioner.caption(inputs, SHORT));
    captioner.close();
  }

  @Test
  void cancelledBeforeIsRefused() {
    Cancellation cancellation = new Cancellation();
    assertFalse(cancellation.isCancelled());
    assertEquals(expected, captioner.caption(inputs, SHORT, cancellation));
    cancellation.cancel();
    cancellation.cancel();
    assertTrue(cancellation.isCancelled());
    assertThrows(CancellationException.class, () -> captioner.caption(inputs, SHORT, cancellation));
  }

  /** The picture of the second batch is read when the run of the first has been reached. */
  @Test
  void cancelledMeanwhileStops() throws Exception {
    Cancellation cancellation = new Cancellation();
    CountDownLatch begun = new CountDownLatch(1);
    InputStream telling =
        new InputStream() {
          @Override
          public int read() {
            begun.countDown();
            return -1;
          }
        };
    List<CaptionInput> pictures = List.of(CaptionInput.of(telling));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> running = threads.submit(() -> captioner.caption(inputs, ENDLESS, cancellation));
      Future<?> unreadable = threads.submit(() -> captioner.caption(pictures, SHORT, cancellation));
      begun.await();
      cancellation.cancel();
      ExecutionException stopped = assertThrows(ExecutionException.class, running::get);
      assertInstanceOf(CancellationException.class, stopped.getCause());
      assertThrows(ExecutionException.class, unreadable::get);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void timeLimitStops() {
    Cancellation limit = Cancellation.after(Duration.ofMillis(300));
    assertThrows(CancellationException.class, () -> captioner.caption(inputs, ENDLESS, limit));
    assertTrue(limit.isCancelled());
  }

  @Test
  void oneCancellationStopsManyCalls() throws Exception {
    Cancellation limit = Cancellation.after(Duration.ofMillis(300));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> running =
          java.util.stream.IntStream.range(0, 4)
              .<Future<?>>mapToObj(
                  i -> threads.submit(() -> captioner.caption(inputs, ENDLESS, limit)))
              .toList();
      for (Future<?> run : running) {
        ExecutionException stopped = assertThrows(ExecutionException.class, run::get);
        assertInstanceOf(CancellationException.class, stopped.getCause());
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
