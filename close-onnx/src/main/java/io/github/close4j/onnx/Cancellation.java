package io.github.close4j.onnx;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.github.close4j.onnx.internal.session.Termination;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Stops captioning from outside, or when its time is up. One object may be given to several calls;
 * all of them stop, and calls that come later are refused. Thread-safe.
 *
 * <p>A call stops wherever it is: a run within milliseconds, between two operations of the graph; a
 * wait for pictures, or for a graph that is prepared for the first time, at once. Pictures that are
 * being decoded are interrupted; a stream that heeds no interrupt is left behind on a thread of its
 * own until it ends. A graph that is being prepared is finished for later calls.
 *
 * <p>To stop the call of one thread, that thread may also be interrupted: see {@link Captioner}.
 */
public final class Cancellation {
  private static final int IDLE_SECONDS = 5;

  /** The common pool is the application's, which may fill it with what waits for captions. */
  private static final ScheduledThreadPoolExecutor CLOCK = clock();

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
    String reason = "the time limit of %s is over".formatted(limit);
    Future<?> unused =
        CLOCK.schedule(
            () -> cancellation.termination.request(reason), limit.toNanos(), TimeUnit.NANOSECONDS);
    return cancellation;
  }

  /** One thread, which ends by itself when there is no time limit. */
  private static ScheduledThreadPoolExecutor clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(
            1,
            new ThreadFactoryBuilder().setNameFormat("close4j-time-limit").setDaemon(true).build());
    clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    clock.allowCoreThreadTimeOut(true);
    return clock;
  }

  /** Cancels. Cancelling again does nothing. */
  public void cancel() {
    termination.request("the call was cancelled");
  }

  /** Whether {@link #cancel} was called or the time is up. */
  public boolean isCancelled() {
    return termination.isRequested();
  }

  Termination termination() {
    return termination;
  }
}
