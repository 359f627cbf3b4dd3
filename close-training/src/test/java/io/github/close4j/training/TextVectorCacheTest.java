package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.training.internal.loop.TextVectorCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextVectorCacheTest {
  private static final List<TrainingExample> EXAMPLES =
      List.of(
          example("a cat sits"),
          example("the red bird", "a big dog", "two small dog"),
          example("a cat sits"));

  private static final InferenceOptions OPTIONS = InferenceOptions.defaults().threads(1);

  @TempDir private Path directory;
  private ClipFiles clip;
  private TextVectorCache cache;

  @BeforeEach
  void openCache() throws IOException {
    clip = TinyModel.clip(directory);
    cache = new TextVectorCache(clip, OPTIONS, directory.resolve("vectors"));
  }

  /** Told when it encodes, not when it reads; another precision has a file of its own. */
  @Test
  void whatEncodesIsTold() {
    List<String> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(Step step) {}

          @Override
          public void onEncoder(String device) {
            told.add(device);
          }
        };
    Path vectors = directory.resolve("vectors");
    EmbeddingBatch first = cache.of(EXAMPLES, listener);
    cache.of(EXAMPLES, listener);
    assertEquals(List.of("CPU"), told);
    TextVectorCache automatic =
        new TextVectorCache(clip, OPTIONS.device(Device.auto()), directory.resolve("other"));
    automatic.of(EXAMPLES, listener);
    assertTrue(told.get(1).contains("CUDA device 0"), told::toString);
    TextVectorCache half = new TextVectorCache(clip, OPTIONS.precision(Precision.FLOAT16), vectors);
    EmbeddingBatch others = half.of(EXAMPLES, listener);
    assertEquals(3, told.size());
    assertFalse(Arrays.equals(first.values(), others.values()), "computed in 32 bits");
    assertArrayEquals(first.values(), others.values(), 5e-3f);
  }

  /** The tiny CLIP takes 10 tokens, those of start and end among them. */
  @Test
  void textsThatClipReadsInPartAreCountedAlsoWhenTheyAreKept() {
    List<String> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(Step step) {}

          @Override
          public void onCutTexts(long cut, long total) {
            told.add(cut + " of " + total);
          }
        };
    List<TrainingExample> examples =
        List.of(
            example("cat ".repeat(8).strip(), "cat ".repeat(9).strip()),
            example("dog ".repeat(400)),
            example("cat ".repeat(9).strip()));
    cache.of(EXAMPLES, listener);
    cache.of(EXAMPLES, listener);
    assertEquals(List.of(), told);
    cache.of(examples, listener);
    cache.of(examples, listener);
    new TextVectorCache(clip, OPTIONS, null).of(examples, listener);
    assertEquals(List.of("2 of 3", "2 of 3", "2 of 3"), told);
  }

  private static TrainingExample example(String... clipTexts) {
    return new TrainingExample(List.of(clipTexts), null, List.of("a cat"));
  }

  @Test
  void anExamplesVectorIsTheNormalisedMeanOfUnnormalisedFeatures() {
    EmbeddingBatch vectors = cache.of(EXAMPLES, TrainingListener.NONE);

    try (ClipFeatures encoder = ClipFeatures.open(clip, OPTIONS)) {
      float[] features =
          encoder
              .texts(List.of("a cat sits", "the red bird", "a big dog", "two small dog"))
              .values();
      EmbeddingBatch expected = EmbeddingBatch.allocate(3, TinyModel.CLIP_DIM);
      for (int c = 0; c < TinyModel.CLIP_DIM; c++) {
        int d = TinyModel.CLIP_DIM;
        expected.values()[c] = features[c];
        expected.values()[d + c] =
            (features[d + c] + features[2 * d + c] + features[3 * d + c]) / 3;
        expected.values()[2 * d + c] = features[c];
      }
      expected.normalize();
      assertArrayEquals(expected.values(), vectors.values(), 1e-6f);
    }
  }

  @Test
  void whatIsOnDiskIsNotEncodedAgain() {
    List<Long> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(Step step) {}

          @Override
          public void onEncoding(long done, long total) {
            told.add(done);
          }
        };
    EmbeddingBatch first = cache.of(EXAMPLES, listener);
    assertEquals(List.of(4L), told);
    told.clear();

    EmbeddingBatch second = cache.of(EXAMPLES, listener);

    assertEquals(List.of(), told);
    assertArrayEquals(first.values(), second.values());
  }

  @Test
  void otherTextsAndAnotherClipHaveFilesOfTheirOwn() throws IOException {
    EmbeddingBatch first = cache.of(EXAMPLES, TrainingListener.NONE);
    cache.of(List.of(example("a dog")), TrainingListener.NONE);
    assertEquals(2, files().size());

    byte[] weights = Files.readAllBytes(clip.weights());
    for (int i = weights.length - 400; i < weights.length; i += 4) {
      weights[i + 2] ^= 0x20;
    }
    Files.write(clip.weights(), weights);
    EmbeddingBatch changed = cache.of(EXAMPLES, TrainingListener.NONE);

    assertEquals(3, files().size());
    assertNotEquals(first.values()[0], changed.values()[0]);
  }

  @Test
  void aDamagedFileIsRefusedByName() throws IOException {
    cache.of(EXAMPLES, TrainingListener.NONE);
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));

    UnusableFileException refused =
        assertThrows(UnusableFileException.class, () -> cache.of(EXAMPLES, TrainingListener.NONE));

    assertEquals(true, refused.getMessage().contains(file.getFileName().toString()));
  }

  @Test
  void withoutADirectoryNothingIsKept() throws IOException {
    EmbeddingBatch kept = cache.of(EXAMPLES, TrainingListener.NONE);
    TextVectorCache forgetting = new TextVectorCache(clip, OPTIONS, null);

    assertArrayEquals(kept.values(), forgetting.of(EXAMPLES, TrainingListener.NONE).values());
    assertEquals(1, files().size());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("vectors"))) {
      return files.sorted().toList();
    }
  }
}
