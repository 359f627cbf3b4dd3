package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.io.Closer;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceException;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.graph.ElementType;
import io.github.close4j.onnx.internal.graph.GraphModel;
import io.github.close4j.onnx.internal.graph.Weight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one model, each opened when it is first asked for, and the time between opening
 * and closing the model: any number of threads may use it at once, and it ends only when none does.
 * The sessions share the memory of the weights, which are mapped from their files or handed over by
 * address, not copied into the graphs. Thread-safe.
 *
 * @param <K> what tells sessions apart
 */
public final class Sessions<K> implements AutoCloseable {
  private static final String FOLDER = "session.model_external_initializers_file_folder_path";

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final String what;
  private final InferenceOptions options;
  private final Map<String, OnnxTensor> weights = new HashMap<>();
  private final Map<K, GraphSession> sessions = new HashMap<>();
  private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();
  private boolean closed;

  /**
   * Sessions with the given options.
   *
   * @param what names the model in messages: {@code "captioner"}
   * @param options how they use the machine; the device must be {@linkplain Device#chosen chosen}
   */
  public Sessions(String what, InferenceOptions options) {
    if (options.device().isAutomatic()) {
      throw new IllegalArgumentException(
          "device: expected a CPU or CUDA device, found " + options.device());
    }
    this.what = what;
    this.options = options;
  }

  /** What the sessions run on. */
  public Device device() {
    return options.device();
  }

  /**
   * Does something before the end.
   *
   * @throws IllegalStateException if the end has come
   */
  public <T> T use(Supplier<T> action) {
    lifetime.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the " + what + " is closed");
      }
      return action.get();
    } finally {
      lifetime.readLock().unlock();
    }
  }

  /**
   * The session of a key, opened if it is not open yet.
   *
   * @param key tells the session apart
   * @param graph builds its graph
   * @return the session; closed with this object
   * @throws IllegalStateException if this object is closed
   * @throws InferenceException if ONNX Runtime refuses the graph
   */
  public GraphSession get(K key, Supplier<GraphModel> graph) {
    return use(() -> openOnce(key, graph));
  }

  private synchronized GraphSession openOnce(K key, Supplier<GraphModel> graph) {
    GraphSession session = sessions.get(key);
    if (session == null) {
      session = open(graph.get(), device().isCuda());
      sessions.put(key, session);
    }
    return session;
  }

  /**
   * Runs a graph once, in a session of its own, to see which provider runs what. Nothing is
   * required of it.
   *
   * @throws InferenceException if ONNX Runtime refuses or fails
   */
  public NodePlacement placement(GraphModel graph, Map<String, InputTensor> inputs) {
    return use(
        () -> {
          GraphSession session = open(graph, true);
          try {
            return session.placement(inputs);
          } finally {
            session.close();
          }
        });
  }

  private synchronized GraphSession open(GraphModel graph, boolean profiled) {
    OrtSession.SessionOptions settings = new OrtSession.SessionOptions();
    NodePlacement.Profile profile = null;
    try {
      configure(settings);
      addWeights(graph, settings);
      profile = profiled ? NodePlacement.Profile.prepare(settings) : null;
      OrtSession session = environment.createSession(graph.bytes(), settings);
      return new GraphSession(this, environment, session, settings, device(), profile);
    } catch (OrtException e) {
      settings.close();
      if (profile != null) {
        profile.discard();
      }
      throw GraphSession.failure("cannot prepare the graph", e);
    }
  }

  private void configure(OrtSession.SessionOptions settings) throws OrtException {
    if (device().isCuda()) {
      DeviceProbe.addTo(settings, device());
    }
    settings.setIntraOpNumThreads(options.threads());
    settings.setCPUArenaAllocator(options.arena());
    if (!options.packedWeights()) {
      settings.addConfigEntry("session.disable_prepacking", "1");
    }
  }

  private void addWeights(GraphModel graph, OrtSession.SessionOptions settings)
      throws OrtException {
    Path folder = placeWeights(graph, settings);
    Map<String, OnnxTensorLike> used = new HashMap<>();
    for (Map.Entry<String, Weight> entry : graph.weights().entrySet()) {
      if (folder == null || !folder.equals(entry.getValue().folder())) {
        OnnxTensor tensor = weight(entry.getKey(), entry.getValue());
        used.put(entry.getKey(), tensor);
        if (!device().isCuda()) {
          settings.addInitializer(entry.getKey(), tensor);
        }
      }
    }
    // These are copied into the graph while it is optimised; what the session then keeps is what
    // addInitializer gave it, without a copy, or on a GPU a copy in the GPU's memory.
    settings.addExternalInitializers(used);
  }

  /**
   * Has ONNX Runtime map weights that lie in files of one folder: it drops its map of a matrix when
   * it has packed it, which it cannot do with memory of ours.
   *
   * @return the folder, or null if no weight lies in one
   */
  private static @Nullable Path placeWeights(GraphModel graph, OrtSession.SessionOptions options)
      throws OrtException {
    Path folder =
        graph.weights().values().stream()
            .map(Weight::folder)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    if (folder != null) {
      options.addConfigEntry(FOLDER, folder.toString());
    }
    return folder;
  }

  private OnnxTensor weight(String name, Weight values) throws OrtException {
    OnnxTensor known = weights.get(name);
    if (known == null) {
      known = tensor(values);
      weights.put(name, known);
    }
    return known;
  }

  /** A native tensor over the same memory. */
  private OnnxTensor tensor(Weight weight) throws OrtException {
    if (weight.data() instanceof FloatBuffer floats) {
      return OnnxTensor.createTensor(environment, floats.duplicate(), weight.shape());
    }
    ByteBuffer bytes = ((ByteBuffer) weight.data()).duplicate().order(ByteOrder.nativeOrder());
    OnnxJavaType type =
        weight.type() == ElementType.FLOAT16 ? OnnxJavaType.FLOAT16 : OnnxJavaType.UINT8;
    return OnnxTensor.createTensor(environment, bytes, weight.shape(), type);
  }

  /** As {@link #close(Runnable...)} with nothing more to close. */
  @Override
  public void close() {
    close(new Runnable[0]);
  }

  /**
   * Closes all sessions and gives back their memory. Waits for uses under way; later ones are
   * refused. Closing again does nothing.
   *
   * @param others closes what else belongs to the model, before the sessions
   * @throws IllegalStateException if the calling thread is using the model, and so would wait for
   *     itself
   */
  public void close(Runnable... others) {
    if (lifetime.getReadHoldCount() > 0) {
      throw new IllegalStateException("the " + what + " cannot be closed from within its use");
    }
    lifetime.writeLock().lock();
    try (Closer closer = Closer.create()) {
      if (!closed) {
        closed = true;
        weights.values().forEach(tensor -> closer.register(tensor::close));
        sessions.values().forEach(session -> closer.register(session::close));
        for (Runnable other : others) {
          closer.register(other::run);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lifetime.writeLock().unlock();
    }
  }
}
