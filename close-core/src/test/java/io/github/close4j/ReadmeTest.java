package io.github.close4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.adapter.AdapterFile;
import io.github.close4j.adapter.AdapterFitting;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.adapter.PairedStatistics;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.image.ClipImageProcessor;
import io.github.close4j.image.ImageLimits;
import io.github.close4j.metric.ModalityGap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's programs, which stand here word for word. */
class ReadmeTest {
  static void fit(Path texts, Path images, Path adapterFile) {
    EmbeddingBatch text = EmbeddingBatch.read(texts);
    EmbeddingBatch image = EmbeddingBatch.read(images);
    text.normalize();
    image.normalize();
    PairedStatistics statistics = PairedStatistics.of(text, image);
    ModalityAdapter adapter = AdapterFitting.meanShift(statistics).then(new GaussianNoise(0.04));
    AdapterFile.save(adapter, adapterFile);
  }

  static float[] pixels(Path photo) {
    ClipImageProcessor processor = new ClipImageProcessor(224);
    float[] pixels = new float[processor.outputLength()];
    processor.process(photo, ImageLimits.defaults().maxPixels(50_000_000), pixels, 0);
    return pixels;
  }

  static ModalityGap measure(Path texts, Path images) {
    EmbeddingBatch text = EmbeddingBatch.read(texts);
    EmbeddingBatch image = EmbeddingBatch.read(images);
    text.normalize();
    image.normalize();
    return ModalityGap.measure(text, image);
  }

  @Test
  void theProgramsRun(@TempDir Path folder) {
    Path texts = folder.resolve("text.safetensors");
    Path images = folder.resolve("image.safetensors");
    vectors(0.5f, 1).write(texts);
    vectors(-0.5f, 2).write(images);
    Path adapterFile = folder.resolve("adapters/shift.safetensors");
    fit(texts, images, adapterFile);
    EmbeddingBatch text = EmbeddingBatch.read(texts);
    text.normalize();
    AdapterFile.load(adapterFile).adaptForEvaluation(text);
    ModalityGap before = measure(texts, images);
    EmbeddingBatch image = EmbeddingBatch.read(images);
    image.normalize();
    ModalityGap after = ModalityGap.measure(text, image);
    assertTrue(after.meanDifferenceNorm() < 0.2 * before.meanDifferenceNorm());
  }

  private static EmbeddingBatch vectors(float mean, long seed) {
    Random random = new Random(seed);
    EmbeddingBatch batch = EmbeddingBatch.allocate(50, 13);
    for (int i = 0; i < batch.values().length; i++) {
      batch.values()[i] = mean + (float) random.nextGaussian();
    }
    return batch;
  }

  @Test
  void theReadmesCodeIsThisCode() throws IOException {
    String source = Files.readString(Path.of("src/test/java/io/github/close4j/ReadmeTest.java"));
    String readme = Files.readString(Path.of("README.md"));
    List<String> blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(readme)
            .results()
            .map((MatchResult block) -> block.group(1).indent(2))
            .toList();
    assertEquals(3, blocks.size());
    for (String block : blocks) {
      assertTrue(source.contains(block), () -> "README differs:\n" + block);
    }
    assertTrue(readme.lines().allMatch(line -> line.length() <= 120));
  }
}
