package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsFileTest {
  @TempDir Path folder;

  @Test
  void savedAndLoadedIsEqualToTheBit() throws IOException {
    for (int dimension : new int[] {1, 2, 13, 207}) {
      PairedStatistics saved = statistics(50, dimension, dimension);
      Path file = folder.resolve("part.safetensors");
      saved.save(file);
      PairedStatistics loaded = PairedStatistics.load(file);
      assertEquals(saved.toString(), loaded.toString());
      assertArrayEquals(saved.textMean(), loaded.textMean());
      assertArrayEquals(saved.imageMean(), loaded.imageMean());
      assertArrayEquals(saved.covariance(), loaded.covariance());
      assertArrayEquals(saved.textScatter().data, loaded.textScatter().data);
      assertArrayEquals(saved.textImageScatter().data, loaded.textImageScatter().data);
      assertEquals(saved.differenceFourths(), loaded.differenceFourths());
      Path again = folder.resolve("again.safetensors");
      loaded.save(again);
      assertEquals(-1, Files.mismatch(file, again));
    }
  }

  /** Three machines' parts, joined from their files, are the parts joined in memory. */
  @Test
  void partsOfManyMachinesMerge() {
    PairedStatistics expected = statistics(20, 9, 0);
    PairedStatistics merged = statistics(20, 9, 0);
    for (int part = 1; part < 3; part++) {
      PairedStatistics statistics = statistics(20 + part, 9, part);
      Path file = folder.resolve(part + ".safetensors");
      statistics.save(file);
      expected = expected.merge(statistics);
      merged = merged.merge(PairedStatistics.load(file));
    }
    assertEquals(63, merged.pairs());
    assertArrayEquals(expected.covariance(), merged.covariance());
    assertArrayEquals(expected.meanDifference(), merged.meanDifference());
    assertEquals(expected.differenceFourths(), merged.differenceFourths());
  }

  @Test
  void theFileHoldsTheMomentsByName() {
    Path file = folder.resolve("part.safetensors");
    PairedStatistics statistics = statistics(50, 4, 1);
    statistics.save(file);
    Safetensors tensors = Safetensors.open(file);
    assertEquals("50", tensors.metadata().get("pairs"));
    assertEquals(DataType.F64, tensors.tensor("textMean").type());
    assertArrayEquals(statistics.textMean(), tensors.tensor("textMean").toDoubleArray());
    assertArrayEquals(new long[] {4, 4}, tensors.tensor("differenceScatter").shape());
  }

  @Test
  void badFilesAreRefused() throws IOException {
    assertRefused("found no file", folder.resolve("missing.safetensors"));
    Path other = folder.resolve("other.safetensors");
    Files.write(other, "not a tensor at all".getBytes());
    assertRefused("header", other);
    AdapterFile.save(new MeanShift(new float[] {1}), other);
    assertRefused("metadata 'format': expected close4j-paired-statistics", other);
    assertRefused("'version': expected 1, found 2", changed("version", "2"));
    assertRefused("'pairs': expected a whole number above 0, found 0", changed("pairs", "0"));
    assertRefused("found 2.5", changed("pairs", "2.5"));
    assertRefused("found 1e3", changed("pairs", "1e3"));
    assertRefused("'textMean': expected [dimension]", changed("textMean", new double[4], 2, 2));
    assertRefused("'imageMean': expected F64[4]", changed("imageMean", new double[3], 3));
    assertRefused(
        "'textScatter': expected F64[4, 4]", changed("textScatter", new double[16], 2, 8));
    double[] broken = {0, Double.NaN, 0, 0};
    assertRefused("'differenceCubes': expected finite", changed("differenceCubes", broken, 4));
    double[] negative = new double[16];
    negative[5] = -1;
    assertRefused(
        "'textScatter', row 1: expected a sum of squares", changed("textScatter", negative, 4, 4));
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    Path file = folder.resolve("part.safetensors");
    statistics(5, 4, 1).save(file);
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 0; length < bytes.length; length += 7) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThrows(UnusableFileException.class, () -> PairedStatistics.load(file));
    }
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws IOException {
    PairedStatistics statistics = statistics(5, 4, 1);
    Path taken = Files.createDirectories(folder.resolve("taken/inside")).getParent();
    Exception thrown = assertThrows(UncheckedIOException.class, () -> statistics.save(taken));
    assertTrue(thrown.getMessage().contains("taken"));
    try (var left = Files.list(folder)) {
      assertEquals(1, left.count());
    }
  }

  private Path changed(String key, String value) {
    return changed(key, value, "", new double[0]);
  }

  private Path changed(String tensor, double[] values, long... shape) {
    return changed("", "", tensor, values, shape);
  }

  /** Sound statistics but for one entry of the metadata or one tensor. */
  private Path changed(String key, String value, String tensor, double[] values, long... shape) {
    Path file = folder.resolve("changed.safetensors");
    statistics(5, 4, 1).save(file);
    Safetensors sound = Safetensors.open(file);
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    sound.metadata().forEach((name, old) -> writer.metadata(name, name.equals(key) ? value : old));
    for (String name : sound.names()) {
      if (name.equals(tensor)) {
        writer.add(name, values, shape);
      } else {
        writer.add(name, sound.tensor(name));
      }
    }
    Path changed = folder.resolve("other.safetensors");
    writer.write(changed);
    return changed;
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
