package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A profile that a session writes of its first run, in a temporary directory of its own. */
final class RunProfile {
  private final Path directory;

  private RunProfile(Path directory) {
    this.directory = directory;
  }

  /** Lets the session that will be opened with the options write a profile. */
  static RunProfile prepare(OrtSession.SessionOptions options) throws OrtException {
    try {
      Path directory = Files.createTempDirectory("close4j-profile");
      options.enableProfiling(directory.resolve("run").toString());
      return new RunProfile(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a profile: " + e.getMessage(), e);
    }
  }

  /** Ends and reads the profile. */
  NodePlacement end(OrtSession session) throws OrtException {
    try {
      return NodePlacement.read(Path.of(session.endProfiling()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the profile of a run: " + e.getMessage(), e);
    } finally {
      discard();
    }
  }

  /** Removes what was written. */
  void discard() {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      // A profile that stays in the temporary directory does no harm.
    }
  }
}
