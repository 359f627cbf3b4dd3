package io.github.close4j.internal.tensor;

import io.github.close4j.UnusableFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Named tensors of a file, or of several files that belong together. Thread-safe. */
public interface TensorSource {

  /**
   * The file that was opened.
   *
   * @return its path, for messages
   */
  Path file();

  /**
   * Names of all tensors.
   *
   * @return an unmodifiable set, in the file's order
   */
  Set<String> names();

  /**
   * A tensor by name.
   *
   * @param name the tensor's name
   * @return the tensor
   * @throws UnusableFileException if there is none of that name
   */
  StoredTensor tensor(String name);

  /**
   * Checks that a tensor is there.
   *
   * @param name the tensor's name
   * @throws UnusableFileException if there is none of that name
   */
  default void require(String name) {
    if (!names().contains(name)) {
      throw missing(name);
    }
  }

  /** What to throw for a tensor that is not there. */
  default UnusableFileException missing(String name) {
    return new UnusableFileException(
        file(), "expected a tensor '%s', found none among %d".formatted(name, names().size()));
  }

  /**
   * Some of these tensors under other names.
   *
   * @param storedNames from the name there to the name here
   * @return a view; nothing is copied
   * @throws UnusableFileException if one of the names here is missing
   */
  default TensorSource select(Map<String, String> storedNames) {
    storedNames.values().forEach(this::require);
    Map<String, String> kept = Collections.unmodifiableMap(new LinkedHashMap<>(storedNames));
    TensorSource all = this;
    return new TensorSource() {
      @Override
      public Path file() {
        return all.file();
      }

      @Override
      public Set<String> names() {
        return kept.keySet();
      }

      @Override
      public StoredTensor tensor(String name) {
        String stored = kept.get(name);
        if (stored == null) {
          throw missing(name);
        }
        return all.tensor(stored);
      }
    };
  }
}
