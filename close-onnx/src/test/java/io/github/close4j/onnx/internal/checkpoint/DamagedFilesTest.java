package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.internal.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand seeded damages of each kind of file: each is refused with our exception naming the
 * file, or leaves tensors that can be read. Nothing else is thrown, and the heap of the tests
 * bounds what a damaged length may allocate.
 */
final class DamagedFilesTest {
  private static final int DAMAGES = 10_000;

  @TempDir private Path directory;

  @Test
  void aDamagedSafetensorsHeaderIsRefusedOrHarmless() throws IOException {
    Path original = Checkpoints.path("t5-v11/model-00001-of-00002.safetensors");
    byte[] bytes = Files.readAllBytes(original);
    int headerEnd = 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int refused =
        damage(
            original,
            "damaged.safetensors",
            mutation -> mutation.apply(bytes, 0, headerEnd),
            (expected, found) -> assertEquals(expected.bytes(), found.bytes()));
    // Harmless are changes of metadata and of white space, and shapes of as many elements, which
    // the configuration settles.
    assertTrue(refused > 0.9 * DAMAGES, refused + " refused");
  }

  @Test
  void aDamagedPickleIsRefusedOrStaysWithinTheFile() throws IOException {
    Path original = Checkpoints.path("pickles/views.pth");
    byte[] bytes = Files.readAllBytes(original);
    int refused =
        damage(
            original,
            "damaged.pth",
            mutation -> mutation.apply(bytes, 0, 1600),
            DamagedFilesTest::assertReadable);
    assertTrue(refused > 0.5 * DAMAGES, refused + " refused");
  }

  @Test
  void aDamagedZipDirectoryIsRefusedOrStaysWithinTheFile() throws IOException {
    Path original = Checkpoints.path("pickles/nested.pth");
    byte[] bytes = Files.readAllBytes(original);
    int refused =
        damage(
            original,
            "damaged.pth",
            mutation -> mutation.apply(bytes, bytes.length - 1000, bytes.length),
            DamagedFilesTest::assertReadable);
    assertTrue(refused > 0.5 * DAMAGES, refused + " refused");
  }

  /** Returns how many damages were refused; tensors of the others are handed to the check. */
  private int damage(
      Path original,
      String name,
      Function<Mutation, byte[]> damaging,
      BiConsumer<StoredTensor, StoredTensor> check)
      throws IOException {
    TensorSource sound = WeightFiles.open(original);
    Mutation mutation = new Mutation(20261124);
    int refused = 0;
    for (int i = 0; i < DAMAGES; i++) {
      Path file = Files.write(directory.resolve(name), damaging.apply(mutation));
      try {
        TensorSource read = WeightFiles.open(file);
        for (String tensor : sound.names()) {
          check.accept(sound.tensor(tensor), read.tensor(tensor));
        }
      } catch (UnusableFileException e) {
        assertEquals(file, e.file());
        refused++;
      }
      Files.delete(file);
    }
    return refused;
  }

  /** Every element can be read, and there are as many as the shape says. */
  private static void assertReadable(StoredTensor sound, StoredTensor found) {
    long expected = Arrays.stream(found.shape()).reduce(1, Math::multiplyExact);
    int read = found.type().isFloat() ? found.toFloatArray().length : found.toLongArray().length;
    assertEquals(expected, read, sound.name());
  }
}
