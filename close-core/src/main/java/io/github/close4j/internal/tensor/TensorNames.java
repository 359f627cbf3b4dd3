package io.github.close4j.internal.tensor;

import io.github.close4j.UnusableFileException;
import java.nio.file.Path;
import java.util.Set;

/** The check that a tensor is there. */
public final class TensorNames {
  private TensorNames() {}

  public static void require(Path file, String name, Set<String> names) {
    if (!names.contains(name)) {
      throw new UnusableFileException(
          file, "expected a tensor '" + name + "', found none among " + names.size());
    }
  }
}
