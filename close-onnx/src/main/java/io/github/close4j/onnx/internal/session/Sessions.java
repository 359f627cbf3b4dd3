package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.close4j.onnx.InferenceException;
import io.github.close4j.onnx.internal.graph.ElementType;
import io.github.close4j.onnx.internal.graph.GraphModel;
import io.github.close4j.onnx.internal.graph.Weight;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one model, each opened when it is first asked for. They share the memory of the
 * weights, which are mapped from their files or handed over by address, not copied into the graphs.
 * Thread-safe.
 *
 * @param <K> what tells sessions apart
 */
public final class Sessions<K> implements AutoCloseable {
  private static final String FOLDER = "session.model_external_initializers_file_folder_path";

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final SessionSettings settings;
  private final Map<String, OnnxTensor> weights = new HashMap<>();
  private final Map<K, GraphSession> sessions = new HashMap<>();
  private boolean closed;

  /**
   * Sessions with the given settings.
   *
   * @param settings how they use the machine
   */
  public Sessions(SessionSettings settings) {
    this.settings = settings;
  }

  /**
   * Sessions on the processor with the given threads, which spend memory on speed.
   *
   * @param threads threads of one operation; 0 lets ONNX Runtime choose
   * @throws IllegalArgumentException if {@code threads < 0}
   */
  public Sessions(int threads) {
    this(SessionSettings.onCpu(threads, true, true));
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
  public synchronized GraphSession get(K key, Supplier<GraphModel> graph) {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
    GraphSession session = sessions.get(key);
    if (session == null) {
      session = open(graph.get(), settings.cuda() != null);
      sessions.put(key, session);
    }
    return session;
  }

  /**
   * Runs a graph once, in a session of its own, to see which provider runs what. Nothing is
   * required of it.
   *
   * @param graph the graph
   * @param inputs its inputs by name
   * @return what ran where
   * @throws InferenceException if ONNX Runtime refuses or fails
   */
  public synchronized NodePlacement placement(GraphModel graph, Map<String, InputTensor> inputs) {
    GraphSession session = open(graph, true);
    try {
      return session.placement(inputs);
    } finally {
      session.close();
    }
  }

  private GraphSession open(GraphModel graph, boolean profiled) {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    RunProfile profile = null;
    try {
      settings.applyTo(options);
      addWeights(graph, options);
      profile = profiled ? RunProfile.prepare(options) : null;
      OrtSession session = environment.createSession(graph.bytes(), options);
      return new GraphSession(environment, session, options, settings.cuda(), profile);
    } catch (OrtException e) {
      options.close();
      if (profile != null) {
        profile.discard();
      }
      throw new InferenceException("cannot prepare the graph", e);
    }
  }

  private void addWeights(GraphModel graph, OrtSession.SessionOptions options) throws OrtException {
    Path folder = placeWeights(graph, options);
    Map<String, OnnxTensorLike> used = new HashMap<>();
    for (Map.Entry<String, Weight> entry : graph.weights().entrySet()) {
      if (folder == null || !folder.equals(entry.getValue().folder())) {
        OnnxTensor tensor = weight(entry.getKey(), entry.getValue());
        used.put(entry.getKey(), tensor);
        if (settings.cuda() == null) {
          options.addInitializer(entry.getKey(), tensor);
        }
      }
    }
    // These are copied into the graph while it is optimised; what the session then keeps is what
    // addInitializer gave it, without a copy, or on a GPU a copy in the GPU's memory.
    options.addExternalInitializers(used);
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

  /**
   * Closes all sessions and gives back their memory. Waits for runs under way; later ones are
   * refused. Closing again does nothing.
   */
  @Override
  public synchronized void close() {
    closed = true;
    try {
      sessions.values().forEach(GraphSession::close);
    } finally {
      weights.values().forEach(OnnxTensor::close);
      sessions.clear();
      weights.clear();
    }
  }
}
