package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.internal.tensor.Safetensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The tiny checkpoints that {@code checkpoint_golden.py} wrote, and its numbers. */
public final class Checkpoints {
  private Checkpoints() {}

  /** A file or directory among them. */
  public static Path path(String name) {
    try {
      return Path.of(Checkpoints.class.getResource("/io/github/close4j/onnx/checkpoint").toURI())
          .resolve(name);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What transformers computed. */
  public static Safetensors golden() {
    return Safetensors.open(path("golden.safetensors"));
  }

  /** A copy of a directory of theirs, to be changed. */
  public static Path copy(String name, Path parent) throws IOException {
    Path target = Files.createDirectory(parent.resolve(name));
    try (Stream<Path> files = Files.list(path(name))) {
      for (Path file : List.copyOf(files.toList())) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }
}
