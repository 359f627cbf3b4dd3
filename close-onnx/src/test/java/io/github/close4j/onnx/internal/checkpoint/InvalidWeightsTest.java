package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeded files of weights each of which is invalid by construction: every one is refused, by our
 * exception, with the file, the tensor where there is one, what was expected and what was found.
 */
final class InvalidWeightsTest {
  private static final long SEED = 20261124;

  @TempDir private Path directory;

  @Test
  void everyInvalidSafetensorsFileIsRefused() throws IOException {
    byte[] sound = Files.readAllBytes(Checkpoints.path("t5-v11/model-00001-of-00002.safetensors"));
    SafetensorsMutants mutants = new SafetensorsMutants(sound, SEED);
    assertAllRefused("mutant.safetensors", SafetensorsMutants.KINDS, 150, mutants::next);
  }

  @Test
  void everyInvalidPickleIsRefused() throws IOException {
    PytorchMutants mutants = new PytorchMutants(SEED);
    Path sound = Files.write(directory.resolve("sound.pth"), mutants.sound());
    assertEquals(5, PytorchFile.open(sound).names().size());
    assertAllRefused("mutant.pth", PytorchMutants.KINDS, 115, mutants::next);
  }

  @Test
  void everyInvalidZipDirectoryIsRefused() throws IOException {
    ZipMutants mutants = new ZipMutants(new PytorchMutants(SEED).sound(), SEED);
    assertAllRefused("mutant.pth", ZipMutants.KINDS, 100, mutants::next);
  }

  private void assertAllRefused(
      String name, int kinds, int each, IntFunction<SafetensorsMutants.Mutant> next)
      throws IOException {
    Path file = directory.resolve(name);
    for (int i = 0; i < kinds * each; i++) {
      SafetensorsMutants.Mutant mutant = next.apply(i % kinds);
      // A new file each time: a file that is mapped must not be written to.
      Files.deleteIfExists(file);
      Files.write(file, mutant.bytes());
      Refusals.assertRefused(
          "mutant %d, %s".formatted(i, mutant.what()),
          file,
          mutant.telling(),
          () -> WeightFiles.open(file));
    }
  }
}
