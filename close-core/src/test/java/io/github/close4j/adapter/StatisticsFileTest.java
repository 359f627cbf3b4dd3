package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.NpyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsFileTest {
  private static final int HEADER = 128;

  @TempDir Path folder;

  @Test
  void savedAndLoadedIsEqualToTheBit() throws IOException {
    for (int dimension : new int[] {1, 2, 13, 207}) {
      PairedStatistics saved = statistics(50, dimension, dimension);
      Path file = folder.resolve("part.npy");
      saved.save(file);
      PairedStatistics loaded = PairedStatistics.load(file);
      assertEquals(saved.toString(), loaded.toString());
      assertArrayEquals(saved.textMean(), loaded.textMean());
      assertArrayEquals(saved.imageMean(), loaded.imageMean());
      assertArrayEquals(saved.covariance(), loaded.covariance());
      assertArrayEquals(saved.textScatter().data, loaded.textScatter().data);
      assertArrayEquals(saved.textImageScatter().data, loaded.textImageScatter().data);
      assertEquals(saved.differenceFourths(), loaded.differenceFourths());
      Path again = folder.resolve("again.npy");
      loaded.save(again);
      assertEquals(-1, Files.mismatch(file, again));
    }
  }

  /** Three machines' parts, joined from their files, are the parts joined in memory. */
  @Test
  void partsOfManyMachinesMerge() {
    PairedStatistics.Builder inMemory = new PairedStatistics.Builder(9);
    PairedStatistics.Builder fromFiles = new PairedStatistics.Builder(9);
    for (int part = 0; part < 3; part++) {
      PairedStatistics statistics = statistics(20 + part, 9, part);
      Path file = folder.resolve(part + ".npy");
      statistics.save(file);
      inMemory.add(statistics);
      fromFiles.add(PairedStatistics.load(file));
    }
    PairedStatistics expected = inMemory.build();
    PairedStatistics merged = fromFiles.build();
    assertEquals(63, merged.pairs());
    assertArrayEquals(expected.covariance(), merged.covariance());
    assertArrayEquals(expected.meanDifference(), merged.meanDifference());
    assertEquals(expected.differenceFourths(), merged.differenceFourths());
  }

  @Test
  void theFileIsAnArrayOfNumPy() {
    Path file = folder.resolve("part.npy");
    PairedStatistics statistics = statistics(50, 4, 1);
    statistics.save(file);
    NpyFile array = NpyFile.read(file);
    assertArrayEquals(new int[] {5 + 3 * 4 + 3 * 16}, array.shape());
    double[] numbers = array.toDoubleArray();
    assertEquals(4, numbers[2]);
    assertEquals(50, numbers[3]);
    assertArrayEquals(statistics.textMean(), Arrays.copyOfRange(numbers, 5, 9));
  }

  @Test
  void badFilesAreRefused() throws IOException {
    assertRefused("found no file", folder.resolve("missing.npy"));
    Path other = folder.resolve("other.npy");
    Files.write(other, "not an array at all".getBytes());
    assertRefused(".npy", other);
    assertRefused("found another array", changed(0, 7));
    assertRefused("version 1, found version 2.0", changed(1, 2));
    assertRefused("dimension of 5.0", changed(2, 5));
    assertRefused("dimension of 4.5", changed(2, 4.5));
    assertRefused("dimension of NaN", changed(2, Double.NaN));
    assertRefused("dimension of 1.0E300", changed(2, 1e300));
    assertRefused("number of pairs", changed(3, 1));
    assertRefused("number of pairs", changed(3, 2.5));
    assertRefused("number of pairs", changed(3, Double.POSITIVE_INFINITY));
    assertRefused("differenceFourths", changed(4, Double.NaN));
    assertRefused("textMean", changed(5, Double.NaN));
    assertRefused("differenceScatter", changed(5 + 12 + 32, Double.NEGATIVE_INFINITY));
    assertRefused("textScatter, row 0: expected a sum of squares", changed(5 + 12, -1));
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    Path file = folder.resolve("part.npy");
    statistics(5, 4, 1).save(file);
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 0; length < bytes.length; length += 7) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThrows(UnusableFileException.class, () -> PairedStatistics.load(file));
    }
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws IOException {
    Path file = folder.resolve("folder/part.npy");
    PairedStatistics statistics = statistics(5, 4, 1);
    Exception thrown = assertThrows(UncheckedIOException.class, () -> statistics.save(file));
    assertTrue(thrown.getMessage().contains("part.npy"));
    Path taken = Files.createDirectories(folder.resolve("taken.npy/inside")).getParent();
    assertThrows(UncheckedIOException.class, () -> statistics.save(taken));
    try (var left = Files.list(folder)) {
      assertEquals(1, left.count());
    }
  }

  private Path changed(int index, double value) throws IOException {
    Path file = folder.resolve("changed.npy");
    statistics(5, 4, 1).save(file);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putDouble(HEADER + 8 * index, value);
    return Files.write(file, bytes);
  }

  private static void assertRefused(String part, Path file) {
    UnusableFileException thrown =
        assertThrows(UnusableFileException.class, () -> PairedStatistics.load(file));
    assertEquals(file, thrown.file());
    assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
  }

  private static PairedStatistics statistics(int pairs, int dimension, long seed) {
    return PairedStatistics.of(batch(pairs, dimension, seed), batch(pairs, dimension, ~seed));
  }

  private static EmbeddingBatch batch(int rows, int dimension, long seed) {
    Random random = new Random(seed);
    float[] values = new float[rows * dimension];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    EmbeddingBatch batch = EmbeddingBatch.wrap(values, dimension);
    batch.normalize();
    return batch;
  }
}
