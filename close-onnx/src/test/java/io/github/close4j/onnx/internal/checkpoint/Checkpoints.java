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
    return resource("checkpoint").resolve(name);
  }

  /** A file or directory that {@code folders_golden.py} wrote. */
  public static Path folder(String name) {
    return resource("folders").resolve(name);
  }

  private static Path resource(String name) {
    try {
      return Path.of(Checkpoints.class.getResource("/io/github/close4j/onnx/" + name).toURI());
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
    return copy(path(name), parent);
  }

  /** A copy of a directory, to be changed. */
  public static Path copy(Path directory, Path parent) throws IOException {
    Path target = Files.createDirectory(parent.resolve(directory.getFileName()));
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : List.copyOf(files.toList())) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }
}
