package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One graph, ready to run: inputs from the Java heap go in, a {@link Reader} copies results back to
 * it, a {@link Termination} stops a run under way. Any number of threads may run it at once.
 */
public final class GraphSession {
  private final Sessions<?> owner;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final OrtSession.SessionOptions options;
  private final Device device;

  private final ReentrantLock firstRun = new ReentrantLock();

  /** The profile of the first run; null once that was where it should, or if there is none. */
  private volatile NodePlacement.@Nullable Profile profile;

  /** What the profile told; guarded by {@link #firstRun}. */
  private @Nullable NodePlacement placement;

  GraphSession(
      Sessions<?> owner,
      OrtEnvironment environment,
      OrtSession session,
      OrtSession.SessionOptions options,
      Device device,
      NodePlacement.@Nullable Profile profile) {
    this.owner = owner;
    this.environment = environment;
    this.session = session;
    this.options = options;
    this.device = device;
    this.profile = profile;
  }

  /** Reads what it needs out of native results, which are gone afterwards. */
  @FunctionalInterface
  public interface Reader<T> {
    /** Copies results to the heap. */
    T read(Outputs outputs);
  }

  /** The outputs of a run, while it lasts. */
  public static final class Outputs {
    private final OrtSession.Result result;

    Outputs(OrtSession.Result result) {
      this.result = result;
    }

    /** A copy of a float output, row-major. */
    public float[] floats(String name) {
      OnnxTensor tensor = tensor(name);
      float[] values = new float[elements(tensor)];
      tensor.getFloatBuffer().get(values);
      return values;
    }

    /** A copy of an integer output, row-major. */
    public long[] longs(String name) {
      OnnxTensor tensor = tensor(name);
      long[] values = new long[elements(tensor)];
      tensor.getLongBuffer().get(values);
      return values;
    }

    /** The dimensions of an output, outermost first. */
    public long[] shape(String name) {
      return tensor(name).getInfo().getShape();
    }

    private static int elements(OnnxTensor tensor) {
      return Math.toIntExact(tensor.getInfo().getNumElements());
    }

    private OnnxTensor tensor(String name) {
      return (OnnxTensor)
          result.get(name).orElseThrow(() -> new IllegalArgumentException("no output " + name));
    }
  }

  /**
   * Runs the graph.
   *
   * @param inputs its inputs by name
   * @param reader copies the results out
   * @throws CancellationException if this thread is interrupted
   * @throws IllegalStateException if the session is closed
   * @throws InferenceException if ONNX Runtime fails
   */
  public <T> T run(Map<String, InputTensor> inputs, Reader<T> reader) {
    return run(inputs, reader, new Termination());
  }

  /**
   * Runs the graph, if it is not stopped.
   *
   * @throws CancellationException if the run was stopped, or this thread is interrupted
   * @throws IllegalStateException if the session is closed
   * @throws InferenceException if ONNX Runtime fails, or if a GPU was asked for and this first run
   *     was not on it
   */
  public <T> T run(Map<String, InputTensor> inputs, Reader<T> reader, Termination termination) {
    return owner.use(
        () ->
            profile == null
                ? runOpen(inputs, reader, termination)
                : runFirst(inputs, reader, termination));
  }

  /** The first run is alone, so that its profile tells of it alone. */
  private <T> T runFirst(
      Map<String, InputTensor> inputs, Reader<T> reader, Termination termination) {
    termination.lock(firstRun);
    try {
      T result = runOpen(inputs, reader, termination);
      NodePlacement.Profile first = profile;
      if (first != null) {
        placement = placement == null ? end(first) : placement;
        if (device.isCuda()) {
          placement.require(device);
        }
        profile = null;
      }
      return result;
    } finally {
      firstRun.unlock();
    }
  }

  private NodePlacement end(NodePlacement.Profile first) {
    try {
      return first.end(session);
    } catch (OrtException e) {
      throw failure("cannot end the profile of a run", e);
    }
  }

  /** Runs once and tells which provider ran what, whatever was asked for. */
  NodePlacement placement(Map<String, InputTensor> inputs) {
    NodePlacement.Profile first = Objects.requireNonNull(profile, "a profiled session");
    return owner.use(
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
          termination.run(running -> session.run(tensors, session.getOutputNames(), running))) {
        return reader.read(new Outputs(result));
      }
    } catch (OrtException e) {
      throw failure("cannot run the graph", e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  /** ONNX Runtime's failure as ours. */
  static InferenceException failure(String what, OrtException e) {
    return new InferenceException(what + ": " + e.getMessage(), e);
  }

  /** Gives back what is native. No run may be under way. */
  void close() {
    try {
      session.close();
      if (profile != null) {
        profile.discard();
      }
    } catch (OrtException e) {
      throw failure("cannot close the session", e);
    } finally {
      options.close();
    }
  }
}
