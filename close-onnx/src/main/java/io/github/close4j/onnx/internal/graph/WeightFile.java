package io.github.close4j.onnx.internal.graph;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.util.concurrent.UncheckedExecutionException;
import io.github.close4j.internal.tensor.TensorSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * The tensors of a file, and those derived from them, each made once. All who use a file of the
 * same content share one instance while anybody does.
 */
public final class WeightFile {
  /** By SHA-256 of the file. */
  private static final Cache<String, WeightFile> SHARED =
      CacheBuilder.newBuilder().weakValues().build();

  private final TensorSource source;
  private final Map<String, Weight> weights = new ConcurrentHashMap<>();

  private WeightFile(TensorSource source) {
    this.source = source;
  }

  /**
   * A file of its own.
   *
   * @param source the file
   * @return its weights
   */
  static WeightFile of(TensorSource source) {
    return new WeightFile(source);
  }

  /**
   * The weights of a file, shared by all who ask for the same content.
   *
   * @param sha256 the file's SHA-256
   * @param source opens the file, unless one of the same content is open
   * @return its weights
   * @throws io.github.close4j.UnusableFileException if the file is not sound
   */
  public static WeightFile shared(String sha256, Supplier<TensorSource> source) {
    try {
      return SHARED.get(sha256, () -> new WeightFile(source.get()));
    } catch (UncheckedExecutionException | ExecutionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  TensorSource source() {
    return source;
  }

  /** A weight, made if it is not there yet. */
  Weight get(String name, Supplier<Weight> values) {
    Weight known = weights.get(name);
    if (known != null) {
      return known;
    }
    // Not computeIfAbsent: making one weight may ask for another. Of two made, one is used.
    Weight made = values.get();
    Weight earlier = weights.putIfAbsent(name, made);
    return earlier != null ? earlier : made;
  }
}
