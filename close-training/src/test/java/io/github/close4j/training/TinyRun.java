package io.github.close4j.training;

import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A short run that uses all that has to survive a kill: noise, dropout, length buckets,
 * accumulation, parts of a batch on two threads, validation, the best epoch. Started as a program,
 * it tells each step and each checkpoint on a line of its own.
 */
public final class TinyRun {
  /** Steps of the whole run. */
  static final int STEPS = 24;

  static final List<TrainingExample> EXAMPLES;
  static final List<TrainingExample> HELD_OUT;

  private static final List<String> WORDS =
      List.of("a", "red", "cat", "the", "blue", "bird", "one", "small", "dog", "two", "green");

  static {
    EXAMPLES = examples(42, 1);
    HELD_OUT = examples(7, 2);
  }

  private final Path directory;
  private final Path base;

  private TinyRun(Path directory, Path base) {
    this.directory = directory;
    this.base = base;
  }

  /** The run in a directory of its own. */
  static TinyRun in(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path base = directory.resolve("tiny-model");
    return new TinyRun(directory, Files.exists(base) ? base : TinyModel.modelDirectory(directory));
  }

  static TrainingOptions options() {
    return TrainingOptions.defaults()
        .epochs(4)
        .batchSize(4)
        .accumulation(2)
        .learningRate(0.01)
        .maxGradientNorm(1)
        .lengthBucketed(true)
        .threads(2)
        .checkpointEverySteps(1)
        .keepBest(true);
  }

  /** A trainer of the run. */
  CaptionTrainer trainer() {
    return CaptionTrainer.from(base)
        .fromRandomWeights()
        .adapter(new GaussianNoise(0.1))
        .options(options())
        .vectors(TinyRun::vectors)
        .validation(HELD_OUT, 2, Evaluation.captionScores(CaptionMetric.BLEU_1), null)
        .workingDirectory(work());
  }

  Path work() {
    return directory.resolve("work");
  }

  Path checkpoints() {
    return work().resolve("checkpoints");
  }

  Path output() {
    return directory.resolve("model");
  }

  ModelDirectory train(CaptionTrainer trainer) {
    return trainer.train(EXAMPLES, output());
  }

  /** The trained weights, byte for byte. */
  byte[] weights() throws IOException {
    byte[] t5 = Files.readAllBytes(output().resolve(ModelFolder.T5_WEIGHTS));
    byte[] prefix = Files.readAllBytes(output().resolve(ModelFolder.PREFIX_WEIGHTS));
    byte[] both = Arrays.copyOf(t5, t5.length + prefix.length);
    System.arraycopy(prefix, 0, both, t5.length, prefix.length);
    return both;
  }

  static List<TrainingExample> examples(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TrainingExample> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> words = new ArrayList<>();
      for (int w = 0; w <= random.nextInt(6); w++) {
        words.add(WORDS.get(random.nextInt(WORDS.size())));
      }
      String caption = String.join(" ", words);
      examples.add(new TrainingExample(List.of(caption), null, List.of(caption)));
    }
    return examples;
  }

  /** A random direction for each example; the same each time. */
  static EmbeddingBatch vectors(List<TrainingExample> examples) {
    EmbeddingBatch vectors = EmbeddingBatch.allocate(examples.size(), TinyModel.CLIP_DIM);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < vectors.values().length; i++) {
      vectors.values()[i] = (float) random.nextGaussian();
    }
    vectors.normalize();
    return vectors;
  }

  /** Runs from the start, or on from the newest checkpoint. */
  public static void main(String[] args) throws IOException {
    TrainingListener telling =
        new TrainingListener() {
          @Override
          public void onStep(Step step) {
            System.out.println("step " + step.step());
          }

          @Override
          public void onValidating(long done, long total) {
            System.out.println("validating " + done);
          }

          @Override
          public void onCheckpoint(Path file, int epoch, long step, boolean best) {
            System.out.println("checkpoint " + step);
          }
        };
    TinyRun run = in(Path.of(args[0]));
    run.train(run.trainer().resume().listener(telling));
  }
}
