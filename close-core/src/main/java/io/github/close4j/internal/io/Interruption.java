package io.github.close4j.internal.io;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The interrupt of a thread cancels what the thread is doing, and says nothing about the files that
 * it was reading or writing: the JDK closes their channels. The thread stays interrupted.
 */
public final class Interruption {
  private Interruption() {}

  /**
   * Refuses to begin or to go on.
   *
   * @throws CancellationException if this thread is interrupted; it stays so
   */
  public static void requireNone() {
    if (Thread.currentThread().isInterrupted()) {
      throw cancelled(null);
    }
  }

  /**
   * Refuses to take an interrupt for a fault of a file or stream.
   *
   * @throws CancellationException if the failure is that of an interrupted thread, which stays so
   */
  public static void requireNot(Exception failure) {
    if (isInterrupt(failure)) {
      throw cancelled(failure);
    }
  }

  /** Interrupts this thread, as it was before the failure, and makes the exception to throw. */
  public static CancellationException cancelled(@Nullable Exception failure) {
    Thread.currentThread().interrupt();
    CancellationException cancelled = new CancellationException("the thread was interrupted");
    if (failure != null) {
      cancelled.initCause(failure);
    }
    return cancelled;
  }

  private static boolean isInterrupt(Exception failure) {
    return failure instanceof ClosedByInterruptException
        || failure instanceof FileLockInterruptionException
        || failure instanceof InterruptedIOException && !isTimeout(failure);
  }

  /**
   * The same class stands for both. The JDK's own streams say nothing when they were interrupted,
   * and some clear the thread's state; who ran out of time says so.
   */
  private static boolean isTimeout(Exception failure) {
    return failure instanceof SocketTimeoutException
        || failure.getMessage() != null && !Thread.currentThread().isInterrupted();
  }
}
