package io.github.close4j.onnx.weights;

import java.nio.file.Path;
import java.util.Set;

/** The check that a tensor is there. */
final class TensorNames {
  private TensorNames() {}

  static void require(Path file, String name, Set<String> names) {
    if (!names.contains(name)) {
      throw new ModelFileException(
          file, "expected a tensor '" + name + "', found none among " + names.size());
    }
  }
}
