package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.base.Throwables;
import com.google.common.io.Closer;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one model, each opened when it is first asked for, and the time between opening
 * and closing the model: any number of threads may use it at once, and it ends only when none does.
 * The sessions share the memory of the weights, which are mapped from their files or handed over by
 * address, not copied into the graphs. Thread-safe.
 *
 * <p>A session is opened on a thread of this object's own, one after the other, and whoever asked
 * waits: the session is everybody's, so one who gives up, or is interrupted, leaves it to the
 * others and to those who come later.
 *
 * @param <K> what tells sessions apart
 */
public final class Sessions<K> implements AutoCloseable {
  static final String THREAD_NAME = "close4j-graph";

  private static final int IDLE_SECONDS = 5;
  private static final String FOLDER = "session.model_external_initializers_file_folder_path";

  private final OrtEnvironment environment = OnnxRuntimeLibrary.environment();
  private final String what;
  private final InferenceOptions options;

  /** Of the thread that opens sessions alone. */
  private final Map<String, OnnxTensor> weights = new HashMap<>();

  private final Map<K, CompletableFuture<GraphSession>> sessions = new HashMap<>();
  private final ThreadPoolExecutor opener = opener();
  private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();
  private volatile boolean closing;
  private volatile boolean closed;

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

  /** One thread, which ends by itself when it has nothing to do. */
  private static ThreadPoolExecutor opener() {
    ThreadPoolExecutor opener =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new ThreadFactoryBuilder().setNameFormat(THREAD_NAME).setDaemon(true).build());
    opener.allowCoreThreadTimeOut(true);
    return opener;
  }

  /** What the sessions run on. */
  public Device device() {
    return options.device();
  }

  /**
   * Does something before the end. Never waits.
   *
   * @throws IllegalStateException if the end has come, or is waited for and this thread is not
   *     using the model already
   */
  public <T> T use(Supplier<T> action) {
    boolean refused = closing && lifetime.getReadHoldCount() == 0;
    if (refused || !lifetime.readLock().tryLock()) {
      throw isClosed();
    }
    try {
      if (closed) {
        throw isClosed();
      }
      return action.get();
    } finally {
      lifetime.readLock().unlock();
    }
  }

  private IllegalStateException isClosed() {
    return new IllegalStateException("the " + what + " is closed");
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
    return get(key, graph, new Termination());
  }

  /**
   * The session of a key, opened if it is not open yet. One that cannot be opened is tried again
   * when it is asked for again.
   *
   * @param key tells the session apart
   * @param graph builds its graph, on a thread that nobody interrupts
   * @param termination ends the wait for it
   * @return the session; closed with this object
   * @throws CancellationException if the wait was ended, or this thread is interrupted
   * @throws IllegalStateException if this object is closed
   * @throws InferenceException if ONNX Runtime refuses the graph
   */
  public GraphSession get(K key, Supplier<GraphModel> graph, Termination termination) {
    return use(() -> termination.await(opened(key, graph)));
  }

  private synchronized CompletableFuture<GraphSession> opened(K key, Supplier<GraphModel> graph) {
    CompletableFuture<GraphSession> session = sessions.get(key);
    if (session == null || session.isCompletedExceptionally()) {
      session = CompletableFuture.supplyAsync(() -> open(graph, device().isCuda()), opener);
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
          GraphSession session = openNow(() -> graph, true);
          try {
            return session.placement(inputs);
          } finally {
            session.close();
          }
        });
  }

  /** Nobody else knows of this session, so it is waited for. */
  private GraphSession openNow(Supplier<GraphModel> graph, boolean profiled) {
    try {
      return CompletableFuture.supplyAsync(() -> open(graph, profiled), opener).join();
    } catch (CompletionException e) {
      Throwables.throwIfUnchecked(Objects.requireNonNull(e.getCause()));
      throw e;
    }
  }

  private GraphSession open(Supplier<GraphModel> graph, boolean profiled) {
    if (closed) {
      // Nobody waits for it any more.
      throw isClosed();
    }
    GraphModel built = graph.get();
    OrtSession.SessionOptions settings = new OrtSession.SessionOptions();
    NodePlacement.Profile profile = null;
    boolean done = false;
    try {
      configure(settings);
      addWeights(built, settings);
      profile = profiled ? NodePlacement.Profile.prepare(settings) : null;
      OrtSession session = environment.createSession(built.bytes(), settings);
      done = true;
      return new GraphSession(this, environment, session, settings, device(), profile);
    } catch (OrtException e) {
      throw GraphSession.failure("cannot prepare the graph", e);
    } finally {
      if (!done) {
        settings.close();
        if (profile != null) {
          profile.discard();
        }
      }
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
   * Has ONNX Runtime map weights that lie in files of one folder, the one with most of them: it
   * drops its map of a matrix when it has packed it, which it cannot do with memory of ours.
   *
   * @return the folder, or null if no weight lies in one
   */
  private static @Nullable Path placeWeights(GraphModel graph, OrtSession.SessionOptions options)
      throws OrtException {
    Map<Path, Long> bytes = new LinkedHashMap<>();
    for (Weight weight : graph.weights().values()) {
      Path folder = weight.folder();
      if (folder != null) {
        bytes.merge(folder, weight.bytes(), Long::sum);
      }
    }
    Path folder =
        bytes.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
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
    closing = true;
    lifetime.writeLock().lock();
    try (Closer closer = Closer.create()) {
      if (!closed) {
        closed = true;
        List<GraphSession> opened = endOpening();
        weights.values().forEach(tensor -> closer.register(tensor::close));
        opened.forEach(session -> closer.register(session::close));
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

  /** The sessions that are there; one that is being opened for nobody any more is waited for. */
  private synchronized List<GraphSession> endOpening() {
    opener.shutdown();
    List<GraphSession> opened = new ArrayList<>();
    for (CompletableFuture<GraphSession> session : sessions.values()) {
      session.handle((found, failure) -> found == null || opened.add(found)).join();
    }
    return opened;
  }
}
