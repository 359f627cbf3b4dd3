package io.github.close4j.onnx;

import io.github.close4j.onnx.internal.session.GraphSession.Termination;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Stops captioning from outside, or when its time is up. One object may be given to several calls;
 * all of them stop, and calls that come later are refused. Thread-safe.
 *
 * <p>A run notices between two operations of the graph, so within milliseconds; decoding a picture
 * and preparing a graph for the first time are not interrupted.
 */
public final class Cancellation {
  private final Termination termination = new Termination();

  /** Nothing is cancelled until {@link #cancel} is called. */
  public Cancellation() {}

  /**
   * A time limit.
   *
   * @param limit time from now until what was given this object is cancelled
   * @return a cancellation that comes by itself, unless {@link #cancel} is called earlier
   */
  public static Cancellation after(Duration limit) {
    Cancellation cancellation = new Cancellation();
    CompletableFuture.delayedExecutor(limit.toNanos(), TimeUnit.NANOSECONDS)
        .execute(cancellation::cancel);
    return cancellation;
  }

  /** Cancels. Cancelling again does nothing. */
  public void cancel() {
    termination.request();
  }

  /** Whether {@link #cancel} was called or the time is up. */
  public boolean isCancelled() {
    return termination.isRequested();
  }

  Termination termination() {
    return termination;
  }
}
