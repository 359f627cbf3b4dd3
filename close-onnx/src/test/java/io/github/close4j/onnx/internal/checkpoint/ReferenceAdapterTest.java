package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.adapter.AdapterFile;
import io.github.close4j.adapter.CovarianceNoise;
import io.github.close4j.adapter.LinearAdapter;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.io.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters that {@code adapter_golden.py} pickled as the authors did, and pickles by hand. */
final class ReferenceAdapterTest {
  private static final int DIMENSION = 6;

  @TempDir private static Path pickles;
  private static Json golden;

  @TempDir private Path directory;

  @BeforeAll
  static void unpack() throws IOException {
    golden = Json.read(Checkpoints.path("adapters/golden.json"));
    try (InputStream file = Files.newInputStream(Checkpoints.path("adapters/pickles.zip"));
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Files.write(pickles.resolve(entry.getName()), zip.readAllBytes());
      }
    }
  }

  private static List<Path> named(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(pickles)) {
      return files.filter(f -> f.getFileName().toString().startsWith(prefix)).sorted().toList();
    }
  }

  private static float[] numbers(String name) {
    double[] doubles = golden.numbers(name);
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return floats;
  }

  private static void assertEvaluation(String name, ModalityAdapter adapter) {
    EmbeddingBatch batch = EmbeddingBatch.allocate(3, DIMENSION);
    System.arraycopy(numbers("vectors"), 0, batch.values(), 0, 3 * DIMENSION);
    adapter.adaptForEvaluation(batch);
    assertArrayEquals(numbers(name), batch.values(), 1e-6f);
  }

  @Test
  void linearMapsOfEveryProtocolOrderAndTypeAreTheReferences() throws IOException {
    List<Path> files = named("linear-");
    assertEquals(72, files.size());
    for (Path file : files) {
      LinearAdapter linear = ReferenceAdapter.linear(file);
      assertArrayEquals(numbers("matrix"), linear.matrix(), file.toString());
      assertArrayEquals(numbers("bias"), linear.bias(), file.toString());
      assertTrue(linear.normalized());
      assertEvaluation("linear", linear);
    }
    assertArrayEquals(
        numbers("matrix"), ReferenceAdapter.linear(pickles.resolve("list.pkl")).matrix());
  }

  @Test
  void meanDifferencesAreTheReferences() throws IOException {
    List<Path> files = named("mean-");
    assertEquals(36, files.size());
    for (Path file : files) {
      MeanShift shift = ReferenceAdapter.meanShift(file);
      assertArrayEquals(numbers("mean"), shift.shift(), file.toString());
      assertFalse(shift.normalized());
      assertEvaluation("shifted", shift);
    }
    assertArrayEquals(
        numbers("mean"), ReferenceAdapter.meanShift(pickles.resolve("read-only.pkl")).shift());
  }

  @Test
  void covariancesAreDrawnFromAsTheReferenceDoes() throws IOException {
    List<Path> files = named("covariance-");
    assertEquals(36, files.size());
    for (Path file : files) {
      Path mean = Path.of(file.toString().replace("covariance-", "mean-"));
      CovarianceNoise noise = ReferenceAdapter.covarianceNoise(mean, file);
      assertArrayEquals(numbers("mean"), noise.mean(), file.toString());
      assertArrayEquals(numbers("factor"), noise.factor(), 1e-6f, file.toString());
      assertEquals(1, noise.multiplier());
      assertEvaluation("covariance", noise);
    }
  }

  @Test
  void anAdapterFileKeepsThem() {
    Path file = directory.resolve("linear.safetensors");
    AdapterFile.save(ReferenceAdapter.linear(pickles.resolve("linear-p4-f8-F-old.pkl")), file);
    assertArrayEquals(numbers("matrix"), ((LinearAdapter) AdapterFile.load(file)).matrix());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "refused-integers|found 'numbers of type i8'",
        "refused-half|found 'numbers of type f2'",
        "refused-complex|found 'numbers of type c8'",
        "refused-objects|found 'numbers of type O8'",
        "refused-structure|found 'numbers of type V16'",
        "refused-cube|at most two dimensions",
        "refused-map|expected an array, found a LinkedHashMap",
        "refused-scalar|expected a vector, found shape []",
        "refused-masked|numpy.ma",
        "linear-p4-f8-C-new|expected an array, found a Tuple",
        "covariance-p4-f8-C-new|expected a vector, found shape [6, 6]",
        "none|no such file",
      })
  void whatIsNoVectorIsRefusedByName(String name, String expected) {
    assertRefused(pickles.resolve(name + ".pkl"), expected, ReferenceAdapter::meanShift);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "refused-function|expected a matrix and a bias",
        "refused-one|expected a matrix and a bias",
        "refused-unequal|expected a matrix of shape [5, 5], found [6, 6]",
        "mean-p4-f8-C-new|expected a matrix and a bias",
      })
  void whatIsNoLinearMapIsRefused(String name, String expected) {
    assertRefused(pickles.resolve(name + ".pkl"), expected, ReferenceAdapter::linear);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "refused-asymmetric|expected a symmetric matrix",
        "refused-singular|expected positive definite",
        "mean-p4-f8-C-new|expected a matrix of shape [6, 6], found [6]",
      })
  void whatIsNoCovarianceIsRefused(String name, String expected) {
    assertRefused(
        pickles.resolve(name + ".pkl"),
        expected,
        file -> ReferenceAdapter.covarianceNoise(pickles.resolve("mean-p2-f8-C-new.pkl"), file));
  }

  /** Programs, bombs and damage. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cos\\nsystem\\n(S'id'\\ntR.|found 'os.system'",
        "cbuiltins\\neval\\n(V1\\ntR.|found 'builtins.eval'",
        "cnumpy\\nload\\n(V1\\ntR.|found 'numpy.load'",
        "cnumpy.core.multiarray\\n_reconstruct\\n(cos\\nsystem\\nK\\000tR.|found 'os.system'",
        "(S'id'\\nios\\nsystem\\n.|found 0x69",
        "cnumpy\\nndarray\\n)\\201.|found 0x81",
        "S'a\\\\x41'\\n.|quoted string without escapes",
        "Va\\\\ud8zz\\n.|escaped characters",
        "I99999999999999999999\\n.|whole number of 64 bits",
        "Fone\\n.|expected a number",
        "gx\\n.|something remembered",
        "g5\\n.|remembered as number 5, found nothing",
        "B\\377\\377\\377\\377.|expected a length of at most",
        "\\216\\377\\377\\377\\377\\377\\377\\377\\377.|expected a length of at most",
        "\\200\\006.|expected protocol",
        "cnumpy.core.multiarray\\n_reconstruct\\n(cnumpy\\nndarray\\ntR.|found shape []",
        "Np1\\n0.|found 0x30",
        "K\\001P1\\n.|found 0x50",
        "K\\001Q.|expected no persistent ids",
        "]q\\000h\\000a.|expected an array, found a ArrayList",
        "<html>|found 0x3c",
      })
  void aMalformedPickleIsRefusedWithItsReason(String pickle, String expected) throws IOException {
    assertRefused(write(pickle.translateEscapes()), expected, ReferenceAdapter::meanShift);
  }

  @Test
  void aFewBytesDoNotBecomeMany() throws IOException {
    // A text of a thousand characters, decoded again and again.
    String bomb =
        "V"
            + "x".repeat(1000)
            + "\np0\nc_codecs\nencode\np1\n"
            + "g1\n(g0\nVlatin1\ntR".repeat(1000)
            + ".";
    assertRefused(write(bomb), "each text to be decoded once", ReferenceAdapter::meanShift);
    String shape = "cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(Vf8\ntRC\1xtR.";
    assertRefused(write(shape), "expected 8 bytes, found 1", ReferenceAdapter::meanShift);
  }

  @Test
  void anyDamageIsRefusedOrReadAndNeverMore() throws IOException {
    Random random = new Random(5);
    for (String name : List.of("linear-p0-f8-C-old", "linear-p2-f4-F-old", "linear-p5-f8-C-new")) {
      byte[] sound = Files.readAllBytes(pickles.resolve(name + ".pkl"));
      for (int i = 0; i < 3000; i++) {
        byte[] damaged = sound.clone();
        int changes = 1 + random.nextInt(3);
        for (int c = 0; c < changes; c++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        int length = random.nextInt(8) == 0 ? random.nextInt(damaged.length) : damaged.length;
        Path file =
            Files.write(directory.resolve("damaged.pkl"), java.util.Arrays.copyOf(damaged, length));
        try {
          assertEquals(DIMENSION, ReferenceAdapter.linear(file).dimension());
        } catch (UnusableFileException e) {
          assertEquals(file, e.file());
        }
      }
    }
  }

  private Path write(String latin1) throws IOException {
    return Files.write(directory.resolve("made.pkl"), latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void assertRefused(
      Path file, String expected, Function<Path, ? extends ModalityAdapter> reader) {
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> reader.apply(file));
    assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
    assertEquals(file, refusal.file());
  }
}
