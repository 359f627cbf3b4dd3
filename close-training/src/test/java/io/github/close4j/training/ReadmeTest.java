package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.training.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the module's page. */
final class ReadmeTest {
  @TempDir private Path directory;

  static ModelDirectory train(Path model, Path captions, Path output) {
    return CaptionTrainer.from(model)
        .adapter(new GaussianNoise(0.04))
        .options(TrainingOptions.defaults().epochs(8))
        .train(TrainingTask.CAPTIONING_SINGLE.examples(Corpus.captions(captions).read()), output);
  }

  /** Noise that grows with the size of a component. */
  record RelativeNoise(float share) implements ModalityAdapter {
    @Override
    public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
      float[] draws = new float[batch.dimension()];
      for (int row = 0; row < batch.rows(); row++) {
        noise.gaussian(row, draws, 0, draws.length);
        for (int i = 0; i < draws.length; i++) {
          batch.values()[row * draws.length + i] *= 1 + share * draws[i];
        }
      }
      batch.normalize();
    }

    @Override
    public void adaptForEvaluation(EmbeddingBatch batch) {}
  }

  @Test
  void aCaptionerIsTrainedFromATextFile() throws IOException {
    Path captions = Files.writeString(directory.resolve("captions.txt"), "a red cat\nbig bird\n");

    ModelDirectory trained =
        train(TinyModel.modelDirectory(directory), captions, directory.resolve("trained"));

    assertEquals("8", trained.provenance().get("steps"));
    assertEquals("GaussianNoise[noiseStdDev=0.04]", trained.provenance().get("adapter"));
  }

  @Test
  void anAdapterOfOnesOwnTrains() throws IOException {
    ModelDirectory trained =
        CaptionTrainer.from(TinyModel.modelDirectory(directory))
            .adapter(new RelativeNoise(0.5f).then(new GaussianNoise(0.04)))
            .options(TrainingOptions.defaults().epochs(1))
            .train(
                List.of(new TrainingExample(List.of("a cat"), null, List.of("a cat"))),
                directory.resolve("trained"));

    assertTrue(trained.provenance().get("adapter").contains("RelativeNoise[share=0.5]"));
  }

  static ModelDirectory reward(Path model, List<TrainingExample> examples, Path output) {
    return CaptionTrainer.from(model)
        .keepPrefix()
        .options(TrainingOptions.defaults().samples(5).batchSize(64).learningRate(1e-4).epochs(1))
        .train(examples, output);
  }

  @Test
  void aCaptionerIsTrainedOnByReward() throws IOException {
    List<TrainingExample> examples =
        List.of(
            new TrainingExample(List.of("a cat"), null, List.of("a cat", "one red cat")),
            new TrainingExample(List.of("a dog"), null, List.of("a small dog", "the dog")));
    ModelDirectory trained =
        reward(TinyModel.modelDirectory(directory), examples, directory.resolve("rewarded"));
    assertEquals("5", trained.provenance().get("samples"));
  }

  /** The page shows the programs as they stand here, but for where lines begin. */
  @Test
  void thePageShowsThesePrograms() throws IOException {
    String page = Files.readString(Path.of("README.md"));
    String source =
        Files.readString(Path.of("src/test/java/io/github/close4j/training/ReadmeTest.java"));
    int programs = 0;
    for (String part : page.split("```java\n", -1)) {
      int end = part.indexOf("\n```");
      if (programs++ > 0) {
        String program = part.substring(0, end).indent(2).stripTrailing();
        assertTrue(source.contains(program.replaceAll("(?m)^ +$", "")), program);
      }
    }
    assertEquals(4, programs);
  }
}
