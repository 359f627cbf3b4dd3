package io.github.close4j.benchmarks;

import com.google.gson.Gson;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.checkpoint.ClipCheckpoint;
import io.github.close4j.training.CaptionTrainer;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.internal.loop.TextVectorCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a T5 for some steps and prints JSON lines, as the peer beside it does: {@code WORK BATCH
 * STEPS THREADS float32|bfloat16 step|epoch|memory [cuda]}.
 */
public final class TrainingSpeed {
  private static final double NANOS = 1e9;
  private static final int KILOBYTES_A_MEGABYTE = 1024;
  private static final int WARM_UP = 3;
  private static final int MEMORY_STEPS = 100;

  private TrainingSpeed() {}

  /**
   * The result of a run.
   *
   * @param system who trained
   * @param mode {@code step} with vectors given, {@code first epoch} with CLIP's encoding, {@code
   *     epoch} with vectors on disk
   * @param precision {@code float32} or {@code bfloat16}
   * @param threads threads
   * @param stepsPerSecond steps a second, the first few left out
   * @param encodingSeconds what CLIP's encoding took
   * @param steps steps taken
   * @param firstLoss loss of the first step
   * @param lastLoss loss of the last step
   * @param peakMegabytes largest resident memory of the process
   */
  public record Result(
      String system,
      String mode,
      String precision,
      int threads,
      double stepsPerSecond,
      double encodingSeconds,
      int steps,
      double firstLoss,
      double lastLoss,
      double peakMegabytes) {}

  /** Takes the time of each step, and ends the run before a model is written. */
  private static final class Clock implements TrainingListener {
    private final List<Long> nanos = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();
    private final boolean tellsMemory;

    private Clock(boolean tellsMemory) {
      this.tellsMemory = tellsMemory;
    }

    @Override
    public void onStep(Step taken) {
      nanos.add(System.nanoTime());
      losses.add(taken.loss());
      if (tellsMemory && taken.step() % MEMORY_STEPS == 0) {
        System.out.printf(
            "step %d: %.0f MB resident, loss %.3f%n",
            taken.step(), megabytes("VmRSS"), taken.loss());
      }
      if (taken.step() == taken.totalSteps()) {
        throw new Finished();
      }
    }

    double stepsPerSecond() {
      int last = nanos.size() - 1;
      return (last - WARM_UP + 1) * NANOS / (nanos.get(last) - nanos.get(WARM_UP - 1));
    }
  }

  /** All steps were taken. */
  private static final class Finished extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Runs.
   *
   * @param args see the class
   * @throws IOException if a file cannot be read
   */
  public static void main(String[] args) throws IOException {
    Path work = Path.of(args[0]);
    int batch = Integer.parseInt(args[1]);
    int steps = Integer.parseInt(args[2]);
    int threads = Integer.parseInt(args[3]);
    String mode = args[5];
    List<String> captions = Files.readAllLines(work.resolve("captions.txt"));
    List<TrainingExample> examples =
        TrainingTask.CAPTIONING_SINGLE.examples(
            CaptionedImage.of(captions.subList(0, Math.multiplyExact(batch, steps))));
    TrainingOptions options =
        TrainingOptions.defaults()
            .epochs(1)
            .batchSize(batch)
            .bfloat16(args[4].equals("bfloat16"))
            .device(args.length > 6 ? Device.cuda(0) : Device.cpu())
            .threads(threads);
    Path clip = work.resolve("clip");
    int dimension = ClipCheckpoint.open(clip).config().projectionDim();
    double encodingSeconds = 0;
    EmbeddingBatch vectors = given(examples.size(), dimension);
    if (mode.equals("epoch")) {
      long start = System.nanoTime();
      vectors =
          new TextVectorCache(
                  ClipCheckpoint.open(clip),
                  InferenceOptions.defaults().threads(threads),
                  work.resolve("vectors"))
              .of(examples, TrainingListener.NONE);
      encodingSeconds = (System.nanoTime() - start) / NANOS;
    }
    Clock clock = new Clock(mode.equals("memory"));
    train(options, examples, vectors, work, clock);
    double rate = clock.stepsPerSecond();
    if (mode.equals("epoch")) {
      print(
          "first epoch",
          args[4],
          threads,
          steps / (encodingSeconds + steps / rate),
          encodingSeconds,
          clock);
    }
    print(mode, args[4], threads, rate, 0, clock);
  }

  private static void train(
      TrainingOptions options,
      List<TrainingExample> examples,
      EmbeddingBatch vectors,
      Path work,
      Clock clock) {
    try {
      CaptionTrainer.from(work.resolve("clip"), work.resolve("t5"))
          .adapter(new GaussianNoise(0.08))
          .options(options)
          .vectors(all -> vectors)
          .listener(clock)
          .train(examples, work.resolve("never-written"));
    } catch (Finished e) {
      // As intended: writing a model is no part of what is measured.
    }
  }

  private static void print(
      String mode,
      String precision,
      int threads,
      double stepsPerSecond,
      double encodingSeconds,
      Clock clock)
      throws IOException {
    List<Double> losses = clock.losses;
    System.out.println(
        new Gson()
            .toJson(
                new Result(
                    "ours",
                    mode,
                    precision,
                    threads,
                    stepsPerSecond,
                    encodingSeconds,
                    losses.size(),
                    losses.get(0),
                    losses.get(losses.size() - 1),
                    megabytes("VmHWM"))));
  }

  /** Random directions. */
  private static EmbeddingBatch given(int rows, int dimension) {
    EmbeddingBatch vectors = EmbeddingBatch.allocate(rows, dimension);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < vectors.values().length; i++) {
      vectors.values()[i] = (float) random.nextGaussian();
    }
    vectors.normalize();
    return vectors;
  }

  /** A line of Linux's table of the process, in megabytes; NaN elsewhere. */
  private static double megabytes(String name) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(name)) {
          return Double.parseDouble(line.replaceAll("\\D", "")) / KILOBYTES_A_MEGABYTE;
        }
      }
    } catch (IOException e) {
      return Double.NaN;
    }
    return Double.NaN;
  }
}
