package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import com.google.common.base.Throwables;
import io.github.close4j.internal.io.Interruption;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * A request to stop. A call that was given one stops when it is asked for, and whenever its own
 * thread is interrupted: a run of ONNX Runtime between two operations, a wait at once.
 *
 * <p>Several calls may have one in common; the interrupt of a thread stops that thread's call
 * alone. Thread-safe.
 */
public final class Termination {
  /** How late a request to stop is noticed by who waits for a lock. */
  private static final long LOCK_MILLIS = 20;

  private final Set<OrtSession.RunOptions> running = new HashSet<>();

  /** Completed with the reason once stopping is asked for. */
  private final CompletableFuture<String> request = new CompletableFuture<>();

  /** A run of ONNX Runtime. */
  interface Run<T> {
    T with(OrtSession.RunOptions options) throws OrtException;
  }

  /**
   * Asks calls under way, and all later ones, to stop. Asking again does nothing.
   *
   * @param reason stands in the message of their exceptions
   */
  public void request(String reason) {
    if (request.complete(reason)) {
      synchronized (this) {
        running.forEach(this::terminate);
      }
    }
  }

  /** Whether stopping was asked for. */
  public boolean isRequested() {
    return request.isDone();
  }

  /**
   * Refuses to go on once stopping was asked for.
   *
   * @throws CancellationException if it was, or if this thread is interrupted, which it stays
   */
  public void requireNone() {
    Interruption.requireNone();
    if (isRequested()) {
      throw new CancellationException(request.join());
    }
  }

  /**
   * Waits for what other threads do; they are not disturbed if the wait is given up.
   *
   * @return the result
   * @throws CancellationException if stopping was asked for, or this thread is interrupted
   */
  <T> T await(CompletableFuture<T> result) {
    requireNone();
    try {
      CompletableFuture.anyOf(result, request).get();
      requireNone();
      return result.get();
    } catch (InterruptedException e) {
      throw Interruption.cancelled(e);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      Throwables.throwIfUnchecked(cause);
      throw new IllegalStateException(cause);
    }
  }

  /** Takes a lock that another thread may keep for as long as a run. */
  void lock(Lock lock) {
    try {
      do {
        requireNone();
      } while (!lock.tryLock(LOCK_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw Interruption.cancelled(e);
    }
  }

  /** Runs ONNX Runtime on this thread. */
  <T> T run(Run<T> run) throws OrtException {
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      // A run that was stopped is no error to be logged; what is one is thrown.
      options.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      begin(options);
      try {
        return new Interruptible(() -> terminateIfRunning(options)).call(run, options);
      } catch (OrtException e) {
        requireNone();
        throw e;
      } finally {
        end(options);
      }
    }
  }

  private synchronized void begin(OrtSession.RunOptions options) {
    requireNone();
    running.add(options);
  }

  /** The options are native, so nobody may hold them after the run. */
  private synchronized void end(OrtSession.RunOptions options) {
    running.remove(options);
  }

  private synchronized void terminateIfRunning(OrtSession.RunOptions options) {
    if (running.contains(options)) {
      terminate(options);
    }
  }

  private void terminate(OrtSession.RunOptions options) {
    try {
      options.setTerminate(true);
    } catch (OrtException e) {
      throw GraphSession.failure("cannot stop a run", e);
    }
  }

  /**
   * Does something when the thread that is in native code is interrupted. The JDK tells it to the
   * channel that a thread is blocked on, so a run is such a channel, for that moment.
   */
  private static final class Interruptible extends AbstractInterruptibleChannel {
    private final Runnable onInterrupt;

    Interruptible(Runnable onInterrupt) {
      this.onInterrupt = onInterrupt;
    }

    <T> T call(Run<T> run, OrtSession.RunOptions options) throws OrtException {
      begin();
      try {
        return run.with(options);
      } finally {
        finish();
      }
    }

    /** What a run that was interrupted too late has found is as good as ever. */
    private void finish() {
      try {
        end(true);
      } catch (ClosedByInterruptException e) {
        // The thread stays interrupted.
      } catch (AsynchronousCloseException e) {
        throw new IllegalStateException("nobody else closes a run", e);
      }
    }

    @Override
    protected void implCloseChannel() {
      onInterrupt.run();
    }
  }
}
