package io.github.close4j.training;

import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.PrefixConfig;
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

  private static final List<String> WORDS =
      List.of("a", "red", "cat", "the", "blue", "bird", "one", "small", "dog", "two", "green");

  private final Path directory;
  private final CaptionTraining training;

  private TinyRun(Path directory, CaptionTraining training) {
    this.directory = directory;
    this.training = training;
  }

  /** The run in a directory of its own. */
  static TinyRun in(Path directory) throws IOException {
    Files.createDirectories(directory);
    return in(directory, options().build());
  }

  /** The same with other options. */
  static TinyRun in(Path directory, TrainingOptions options) throws IOException {
    ClipFiles clip = TinyModel.clip(directory);
    return new TinyRun(
        directory,
        new CaptionTraining(
            TinyModel.config(PrefixConfig.projection()),
            clip,
            TinyModel.t5Tokenizer(directory),
            null,
            new GaussianNoise(0.1),
            options,
            DataType.F32));
  }

  static TrainingOptions.Builder options() {
    return TrainingOptions.builder()
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

  TrainingRun fresh() {
    return TrainingRun.of(examples(42, 1), TinyRun::vectors, directory.resolve("model"))
        .in(directory.resolve("work"))
        .validatedOn(
            new Validation(
                examples(7, 2),
                TinyRun::vectors,
                2,
                TextEvaluator.captions(CaptionMetric.BLEU_1),
                null));
  }

  Path checkpoints() {
    return directory.resolve("work").resolve("checkpoints");
  }

  ModelFolder run(TrainingRun run, TrainingListener listener) {
    return training.run(run, listener);
  }

  /** The trained weights, byte for byte. */
  byte[] weights() throws IOException {
    Path model = directory.resolve("model");
    byte[] t5 = Files.readAllBytes(model.resolve(ModelFolder.T5_WEIGHTS));
    byte[] prefix = Files.readAllBytes(model.resolve(ModelFolder.PREFIX_WEIGHTS));
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
  static EmbeddingBatch vectors(List<TrainingExample> examples, TrainingListener listener) {
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
          public void onProgress(Progress progress) {
            System.out.println(progress.phase() + " " + progress.done());
          }

          @Override
          public void onCheckpoint(CheckpointWritten written) {
            System.out.println("checkpoint " + written.step());
          }
        };
    TinyRun run = in(Path.of(args[0]));
    run.run(run.fresh().resumed(), telling);
  }
}
