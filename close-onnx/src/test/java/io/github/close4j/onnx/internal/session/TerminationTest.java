package io.github.close4j.onnx.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Uninterruptibles;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.GraphModel;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting for graphs and locks ends when it is asked to, and what is waited for is not harmed. */
// Against waits that do not end.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TerminationTest {
  @TempDir private Path temporary;
  private Sessions<String> sessions;
  private Supplier<GraphModel> graph;
  private final Gate gate = new Gate();
  private final Termination termination = new Termination();

  /** The two ways to stop a call. */
  private enum Way {
    INTERRUPT,
    REQUEST
  }

  /** Work that is held up until it is let go, on a thread that tells whether it was disturbed. */
  private static final class Gate {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicInteger times = new AtomicInteger();
    private final AtomicBoolean disturbed = new AtomicBoolean();

    <T> Supplier<T> before(Supplier<T> work) {
      return () -> {
        times.incrementAndGet();
        begun.countDown();
        Uninterruptibles.awaitUninterruptibly(open);
        disturbed.set(Thread.currentThread().isInterrupted());
        return work.get();
      };
    }
  }

  @BeforeEach
  void open() {
    Path model = TinyModel.write(temporary, TinyModel.PROJECTION);
    CaptionGraph captions = CaptionGraph.of(ModelFolder.open(model), Precision.FLOAT32, false);
    graph = captions::stages;
    sessions = new Sessions<>("test", InferenceOptions.defaults().threads(1));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whoWaitsForAGraphLeavesItToTheOthers(Way way) throws Exception {
    Waiting first = new Waiting(() -> sessions.get("graph", gate.before(graph), termination));
    gate.begun.await();
    Waiting second = new Waiting(() -> sessions.get("graph", gate.before(graph)));

    stop(first, way);

    assertStopped(first, way);
    gate.open.countDown();
    GraphSession session = (GraphSession) second.result();
    assertSame(session, sessions.get("graph", gate.before(graph)));
    assertEquals(1, gate.times.get());
    assertFalse(gate.disturbed.get());
    sessions.close();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whoWaitsForAnotherGraphLeavesToo(Way way) throws Exception {
    Waiting first = new Waiting(() -> sessions.get("first", gate.before(graph)));
    gate.begun.await();
    Waiting second = new Waiting(() -> sessions.get("second", graph, termination));

    stop(second, way);

    assertStopped(second, way);
    gate.open.countDown();
    assertNotNull(first.result());
    assertNotSame(first.result(), sessions.get("second", graph));
    sessions.close();
  }

  @Test
  void closingWaitsForAGraphThatNobodyWaitsForAnyMore() throws Exception {
    Waiting first = new Waiting(() -> sessions.get("graph", gate.before(graph), termination));
    gate.begun.await();
    stop(first, Way.REQUEST);
    assertStopped(first, Way.REQUEST);
    Waiting closing =
        new Waiting(
            () -> {
              sessions.close();
              return "closed";
            });
    // Not before it is seen waiting can it be told from one that does not wait.
    closing.awaitBlocked();
    assertThrows(IllegalStateException.class, () -> sessions.get("graph", graph));
    gate.open.countDown();
    assertEquals("closed", closing.result());
  }

  @Test
  void aGraphThatFailsIsTriedAgain() {
    IllegalArgumentException failure = new IllegalArgumentException("no such graph");
    for (int i = 0; i < 3; i++) {
      assertSame(
          failure,
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  sessions.get(
                      "graph",
                      () -> {
                        throw failure;
                      })));
    }
    assertNotNull(sessions.get("graph", graph));
    sessions.close();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whoWaitsForALockLeaves(Way way) throws Exception {
    ReentrantLock lock = new ReentrantLock();
    lock.lock();
    Waiting waiting =
        new Waiting(
            () -> {
              termination.lock(lock);
              return "locked";
            });
    stop(waiting, way);
    assertStopped(waiting, way);
    lock.unlock();
    new Termination().lock(lock);
    assertTrue(lock.isHeldByCurrentThread());
  }

  /** Which thread a run is on is told to the JDK, and must not outlive the run. */
  @Test
  void anInterruptAfterARunTouchesNothing() throws Exception {
    Termination none = new Termination();
    assertEquals("done", none.run(options -> "done"));
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> none.run(options -> "never"));
    assertTrue(Thread.interrupted());
    assertEquals("done again", none.run(options -> "done again"));
  }

  /** What has been found when the interrupt comes is given back, so that it can be closed. */
  @Test
  void anInterruptAtTheEndOfARunLosesNothing() throws Exception {
    Object found = new Object();
    assertSame(
        found,
        new Termination()
            .run(
                options -> {
                  Thread.currentThread().interrupt();
                  return found;
                }));
    assertTrue(Thread.interrupted());
  }

  private void stop(Waiting waiting, Way way) {
    if (way == Way.INTERRUPT) {
      waiting.thread.interrupt();
    } else {
      termination.request("enough");
    }
  }

  private static void assertStopped(Waiting waiting, Way way) throws Exception {
    waiting.thread.join();
    assertInstanceOf(CancellationException.class, waiting.failure.get());
    assertEquals(way == Way.INTERRUPT, waiting.stayedInterrupted.get());
    assertEquals(
        way == Way.INTERRUPT ? "the thread was interrupted" : "enough",
        waiting.failure.get().getMessage());
  }

  /** A thread that waits for something, and what came of it. */
  private static final class Waiting {
    private final AtomicReference<Object> result = new AtomicReference<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicBoolean stayedInterrupted = new AtomicBoolean();
    private final Thread thread;

    Waiting(Supplier<Object> work) {
      thread =
          new Thread(
              () -> {
                try {
                  result.set(work.get());
                } catch (Throwable e) {
                  failure.set(e);
                }
                stayedInterrupted.set(Thread.currentThread().isInterrupted());
              });
      thread.setDaemon(true);
      thread.start();
    }

    Object result() throws InterruptedException {
      thread.join();
      assertEquals(null, failure.get());
      return result.get();
    }

    void awaitBlocked() {
      while (thread.getState() != Thread.State.WAITING) {
        assertTrue(thread.isAlive());
        Thread.onSpinWait();
      }
    }
  }
}
