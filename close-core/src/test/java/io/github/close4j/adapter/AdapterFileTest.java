package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdapterFileTest {
  private static final int DIMENSION = 7;

  @TempDir Path folder;

  static List<ModalityAdapter> adapters() {
    Random random = new Random(1);
    float[] vector = gaussian(random, DIMENSION);
    float[] matrix = gaussian(random, DIMENSION * DIMENSION);
    float[] lower = matrix.clone();
    for (int i = 0; i < lower.length; i++) {
      lower[i] = i % DIMENSION > i / DIMENSION ? 0 : lower[i];
    }
    MeanShift shift = new MeanShift(vector).times(-0.1);
    LinearAdapter linear = new LinearAdapter(matrix, vector);
    CovarianceNoise covariance = new CovarianceNoise(vector, lower);
    ModalityAdapter gaussian = new GaussianNoise(1.0 / 3);
    ModalityAdapter affine = linear.withoutNormalization();
    return List.of(
        ModalityAdapter.identity(),
        gaussian,
        shift,
        shift.times(-20).withoutNormalization(),
        MeanShift.randomDirection(DIMENSION, 0.3, 9).then(new GaussianNoise(0.04)),
        affine,
        linear,
        covariance.times(0.7),
        covariance.trainingOnly(),
        covariance.times(3).trainingOnly().then(new GaussianNoise(0.04)),
        shift.then(gaussian).then(affine.then(affine)).then(shift));
  }

  private static float[] gaussian(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("adapters")
  void savedAndLoadedIsEqual(ModalityAdapter adapter) {
    Path file = folder.resolve("adapter.safetensors");
    Map<String, String> notes = Map.of("pairs", "200", "clip", "ViT-B/16 «π»");
    AdapterFile.save(adapter, notes, file);
    ModalityAdapter loaded = AdapterFile.load(file);
    assertEquals(notes, AdapterFile.notes(file));
    assertEquals(adapter.toString(), loaded.toString());
    EmbeddingBatch text = EmbeddingBatch.wrap(gaussian(new Random(2), 5 * DIMENSION), DIMENSION);
    text.normalize();
    ExampleNoise noise = ExampleNoise.of(1, 2, new long[] {3, 4, 5, 6, 7});
    EmbeddingBatch expected = text.copy();
    EmbeddingBatch actual = text.copy();
    adapter.adaptForTraining(expected, noise);
    loaded.adaptForTraining(actual, noise);
    assertArrayEquals(expected.values(), actual.values());
    expected = text.copy();
    actual = text.copy();
    adapter.adaptForEvaluation(expected);
    loaded.adaptForEvaluation(actual);
    assertArrayEquals(expected.values(), actual.values());
  }

  @Test
  void whatCannotBeSavedLeavesNoFile() {
    Path file = folder.resolve("own.safetensors");
    ModalityAdapter own =
        new ModalityAdapter() {
          @Override
          public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {}

          @Override
          public void adaptForEvaluation(EmbeddingBatch batch) {}
        };
    ModalityAdapter sequence = new GaussianNoise(0.1).then(own);
    Exception thrown =
        assertThrows(IllegalArgumentException.class, () -> AdapterFile.save(sequence, file));
    assertTrue(thrown.getMessage().contains("expected one of close-core's"));
    ModalityAdapter identity = ModalityAdapter.identity();
    thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> AdapterFile.save(identity, Map.of("adapter", "mine"), file));
    assertTrue(thrown.getMessage().contains("found adapter"));
    assertFalse(Files.exists(file));
  }

  @Test
  void filesOfAnotherKindAreNamed() throws IOException {
    assertMessage("found no file", folder.resolve("missing.safetensors"));
    Path text = Files.writeString(folder.resolve("notes.txt"), "Dear diary, nothing new");
    assertMessage("header", text);
    assertMessage("metadata 'format': expected close4j", write(Map.of(), 2));
    assertMessage("metadata 'version': expected 1, found 2", write(described("2", "{}"), 2));
    assertMessage("kind: expected text, found nothing", write(described("1", "{}"), 2));
    assertMessage("expected one JSON object", write(described("1", "[1, 2]"), 2));
    assertMessage("metadata 'adapter': expected", write(described("1", ""), 2));
    assertMessage("\"hat\"", write(described("1", "{\"kind\":\"hat\"}"), 2));
    String negative = "{\"kind\":\"gaussian\",\"noiseStdDev\":-1}";
    assertMessage("noiseStdDev", write(described("1", negative), 2));
    String shift = "{\"kind\":\"mean-shift\",\"multiplier\":1,\"normalized\":true}";
    assertMessage("expected [dimension], found [1, 2]", write(described("1", shift), 1, 2));
    String linear = "{\"kind\":\"linear\",\"normalized\":true}";
    assertMessage("tensor 'bias'", write(described("1", linear), 2));
    String more = shift.replace("}", ",\"noiseStdDev\":0}");
    assertMessage("found 'noiseStdDev'", write(described("1", more), 2));
    String sequence = "{\"kind\":\"sequence\",\"adapters\":[{\"kind\":\"sequence\"}]}";
    assertMessage("adapters[0].kind: expected a known kind", write(described("1", sequence), 2));
    Path integers = folder.resolve("integers.safetensors");
    AdapterFile.save(new MeanShift(new float[] {1, 2}), integers);
    String bytes = Files.readString(integers, StandardCharsets.ISO_8859_1);
    byte[] other =
        bytes
            .replace("\"F32\",\"shape\":[2]", "\"I64\",\"shape\":[1]")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertMessage("'shift': expected F32, found I64", Files.write(integers, other));
  }

  private static Map<String, String> described(String version, String adapter) {
    return Map.of("format", "close4j-modality-adapter", "version", version, "adapter", adapter);
  }

  private Path write(Map<String, String> metadata, long... shape) {
    Path file = folder.resolve("odd.safetensors");
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    metadata.forEach(writer::metadata);
    writer.add("shift", new float[] {1, 2}, shape).write(file);
    return file;
  }

  @Test
  void damageGivesTheOneException() throws IOException {
    Path whole = folder.resolve("whole.safetensors");
    AdapterFile.save(adapters().get(10), whole);
    byte[] bytes = Files.readAllBytes(whole);
    Path damaged = folder.resolve("damaged.safetensors");
    for (int length = 0; length < bytes.length; length += 13) {
      Files.write(damaged, Arrays.copyOf(bytes, length));
      assertThrows(UnusableFileException.class, () -> AdapterFile.load(damaged));
    }
    Random random = new Random(3);
    int header = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("}}") + 2;
    for (int i = 0; i < 500; i++) {
      byte[] copy = bytes.clone();
      copy[random.nextInt(header)] = (byte) random.nextInt(256);
      Files.write(damaged, copy);
      try {
        assertTrue(AdapterFile.load(damaged) instanceof ModalityAdapter);
      } catch (UnusableFileException e) {
        assertEquals(damaged, e.file());
      }
    }
  }

  private static void assertMessage(String part, Path file) {
    UnusableFileException thrown =
        assertThrows(UnusableFileException.class, () -> AdapterFile.load(file));
    assertEquals(file, thrown.file());
    assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
  }
}
