package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.close4j.onnx.CudaDevice;
import io.github.close4j.onnx.InferenceException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One graph, ready to run. Any number of threads may run it at once. */
public final class GraphSession {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final OrtSession.SessionOptions options;

  private final Lifetime lifetime = new Lifetime("model");

  private final Object firstRun = new Object();

  /** The GPU that was asked for, or null. */
  private final @Nullable CudaDevice required;

  /** The profile of the first run; null once that was where it should, or if there is none. */
  private volatile @Nullable RunProfile profile;

  /** What the profile told; guarded by {@link #firstRun}. */
  private @Nullable NodePlacement placement;

  GraphSession(
      OrtEnvironment environment,
      OrtSession session,
      OrtSession.SessionOptions options,
      @Nullable CudaDevice required,
      @Nullable RunProfile profile) {
    this.environment = environment;
    this.session = session;
    this.options = options;
    this.required = required;
    this.profile = profile;
  }

  /** Reads what it needs out of native results, which are gone afterwards. */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * Copies results to the heap.
     *
     * @param outputs the run's outputs
     * @return what was read
     */
    T read(Outputs outputs);
  }

  /**
   * Runs the graph.
   *
   * @param inputs its inputs by name
   * @param reader copies the results out
   * @param <T> what is read
   * @return what the reader returned
   * @throws IllegalStateException if the session is closed
   * @throws InferenceException if ONNX Runtime fails
   */
  public <T> T run(Map<String, InputTensor> inputs, Reader<T> reader) {
    return run(inputs, reader, new Termination());
  }

  /**
   * Runs the graph, if it is not stopped.
   *
   * @param inputs its inputs by name
   * @param reader copies the results out
   * @param termination stops the run
   * @param <T> what is read
   * @return what the reader returned
   * @throws java.util.concurrent.CancellationException if the run was stopped
   * @throws IllegalStateException if the session is closed
   * @throws InferenceException if ONNX Runtime fails
   * @throws io.github.close4j.onnx.DeviceException if a GPU was asked for, and this first run was
   *     not on it
   */
  public <T> T run(Map<String, InputTensor> inputs, Reader<T> reader, Termination termination) {
    return lifetime.use(
        () ->
            profile == null
                ? runOpen(inputs, reader, termination)
                : runFirst(inputs, reader, termination));
  }

  /** The first run is alone, so that its profile tells of it alone. */
  private <T> T runFirst(
      Map<String, InputTensor> inputs, Reader<T> reader, Termination termination) {
    synchronized (firstRun) {
      T result = runOpen(inputs, reader, termination);
      RunProfile first = profile;
      if (first != null) {
        placement = placement == null ? end(first) : placement;
        if (required != null) {
          placement.require(required);
        }
        profile = null;
      }
      return result;
    }
  }

  private NodePlacement end(RunProfile first) {
    try {
      return first.end(session);
    } catch (OrtException e) {
      throw new InferenceException("cannot end the profile of a run", e);
    }
  }

  /** Runs once and tells which provider ran what, whatever was asked for. */
  NodePlacement placement(Map<String, InputTensor> inputs) {
    RunProfile first = Objects.requireNonNull(profile, "a profiled session");
    return lifetime.use(
        () -> {
          runOpen(inputs, outputs -> "", new Termination());
          profile = null;
          return end(first);
        });
  }

  private <T> T runOpen(
      Map<String, InputTensor> inputs, Reader<T> reader, Termination termination) {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (Map.Entry<String, InputTensor> input : inputs.entrySet()) {
        tensors.put(input.getKey(), input.getValue().create(environment));
      }
      try (OrtSession.Result result =
          termination.run(options -> session.run(tensors, session.getOutputNames(), options))) {
        return reader.read(new Outputs(result));
      }
    } catch (OrtException e) {
      throw new InferenceException("cannot run the graph", e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  void close() {
    lifetime.end(this::release);
  }

  private void release() {
    try {
      session.close();
      if (profile != null) {
        profile.discard();
      }
    } catch (OrtException e) {
      throw new InferenceException("cannot close the session", e);
    } finally {
      options.close();
    }
  }
}
