package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.close4j.onnx.device.CudaDevice;
import io.github.close4j.onnx.device.DeviceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks whether a session's first run was on the GPU that was asked for. ONNX Runtime gives nodes
 * that a GPU cannot run to the processor without a word; this finds them in a profile of the run.
 */
final class PlacementCheck {
  private final CudaDevice device;
  private final Path directory;

  private PlacementCheck(CudaDevice device, Path directory) {
    this.device = device;
    this.directory = directory;
  }

  /** Lets the session that will be opened with the options write a profile. */
  static PlacementCheck prepare(CudaDevice device, OrtSession.SessionOptions options)
      throws OrtException {
    try {
      Path directory = Files.createTempDirectory("close4j-profile");
      options.enableProfiling(directory.resolve("run").toString());
      return new PlacementCheck(device, directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a profile: " + e.getMessage(), e);
    }
  }

  /**
   * Ends the profile after the first run and reads it.
   *
   * @throws DeviceException if something that computes ran elsewhere
   */
  void requirePlaced(OrtSession session) throws OrtException {
    Path profile = Path.of(session.endProfiling());
    try {
      require(device, NodePlacement.read(profile));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the profile of a run: " + e.getMessage(), e);
    } finally {
      discard();
    }
  }

  static void require(CudaDevice device, NodePlacement placement) {
    List<String> misplaced = placement.misplaced(NodePlacement.CUDA);
    if (!misplaced.isEmpty()) {
      throw new DeviceException(
          "%s: expected all that computes to run there, found %s; %s"
              .formatted(device, String.join(", ", misplaced), CudaFailure.HELP),
          null);
    }
  }

  /** Removes the profile, if there is one. */
  void discard() {
    try (Stream<Path> profiles = Files.list(directory)) {
      for (Path profile : profiles.toList()) {
        Files.delete(profile);
      }
      Files.delete(directory);
    } catch (IOException e) {
      // A profile that stays in the temporary directory does no harm.
    }
  }
}
