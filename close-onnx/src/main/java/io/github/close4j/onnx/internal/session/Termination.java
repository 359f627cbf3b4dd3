package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.close4j.onnx.InferenceException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;

/** A request to stop, which runs under way notice between two operations. Thread-safe. */
public final class Termination {
  private final Set<OrtSession.RunOptions> running = new HashSet<>();
  private boolean requested;

  /** Nothing to stop yet. */
  public Termination() {}

  /** A run of ONNX Runtime. */
  interface Run<T> {
    T with(OrtSession.RunOptions options) throws OrtException;
  }

  /** Asks runs under way, and all later ones, to stop. Asking again does nothing. */
  public synchronized void request() {
    requested = true;
    try {
      for (OrtSession.RunOptions options : running) {
        options.setTerminate(true);
      }
    } catch (OrtException e) {
      throw new InferenceException("cannot stop a run", e);
    }
  }

  /**
   * Whether stopping was asked for.
   *
   * @return true after {@link #request}
   */
  public synchronized boolean isRequested() {
    return requested;
  }

  /**
   * Refuses to go on once stopping was asked for.
   *
   * @throws CancellationException if it was
   */
  public void requireNone() {
    if (isRequested()) {
      throw new CancellationException("captioning was cancelled");
    }
  }

  <T> T run(Run<T> run) throws OrtException {
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      begin(options);
      try {
        return run.with(options);
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
}
