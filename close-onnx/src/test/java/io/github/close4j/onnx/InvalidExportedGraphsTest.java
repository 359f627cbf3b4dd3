package io.github.close4j.onnx;

import io.github.close4j.onnx.internal.checkpoint.ClipCheckpoint;
import io.github.close4j.onnx.internal.checkpoint.Refusals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeded ONNX files each of which is invalid by construction: every one is refused, by our
 * exception, with the file, the tensor where there is one, what was expected and what was found.
 */
final class InvalidExportedGraphsTest {
  private static final long SEED = 20261124;
  private static final int EACH = 60;

  @TempDir private Path temporary;

  @Test
  void everyInvalidTowerIsRefused() throws IOException {
    Path clip = ExportedModels.clip(temporary, "clip");
    Path file = clip.resolve("vision_model.onnx");
    ExportedMutants mutants = new ExportedMutants(Files.readAllBytes(file), SEED);
    for (int i = 0; i < EACH * ExportedMutants.KINDS; i++) {
      ExportedMutants.Mutant mutant = mutants.next(i % ExportedMutants.KINDS);
      // A new file each time: a file that is mapped must not be written to.
      Files.deleteIfExists(file);
      Files.write(file, mutant.bytes());
      Refusals.assertRefused(
          "mutant %d, %s".formatted(i, mutant.what()),
          file,
          mutant.telling(),
          () -> ClipCheckpoint.openExported(clip));
    }
  }
}
