package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import io.github.close4j.training.internal.loop.ExampleBatches;
import io.github.close4j.training.internal.loop.TrainingLoop;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on a GPU, where libtorch has one. */
final class CudaTrainingTest {
  private static final double TOLERANCE = 1e-3;

  /** Of losses of about 4, computed with 8 bits a number. */
  private static final double BFLOAT16_TOLERANCE = 0.05;

  private static final int STEPS = 3;

  @TempDir private Path directory;

  /** What steps left behind. */
  private record Outcome(List<Double> losses, Map<String, float[]> weights) {}

  @BeforeEach
  void requireCuda() {
    TorchRuntime.initialize(1, 1);
    assumeTrue(TorchRuntime.hasCuda(), "libtorch has no CUDA device");
  }

  @AfterEach
  void backToTheProcessor() {
    TorchRuntime.initialize(1, 1);
  }

  @Test
  void stepsAreThoseOfTheProcessor() throws IOException {
    Outcome expected = steps(false, false);
    Outcome found = steps(true, false);
    assertNear(expected.losses(), found.losses(), TOLERANCE);
    assertEquals(expected.weights().keySet(), found.weights().keySet());
    expected
        .weights()
        .forEach(
            (name, values) ->
                assertArrayEquals(values, found.weights().get(name), (float) TOLERANCE, name));
  }

  @Test
  void bfloat16IsNear() throws IOException {
    assertNear(steps(false, true).losses(), steps(true, true).losses(), BFLOAT16_TOLERANCE);
  }

  private static void assertNear(List<Double> expected, List<Double> found, double tolerance) {
    assertEquals(STEPS, expected.size());
    for (int step = 0; step < STEPS; step++) {
      assertEquals(expected.get(step), found.get(step), tolerance, "loss of step " + (step + 1));
    }
  }

  private Outcome steps(boolean cuda, boolean bfloat16) throws IOException {
    CaptionerConfig config = TinyModel.config(CaptionerConfig.Prefix.projection());
    TrainingOptions options =
        TrainingOptions.defaults()
            .epochs(STEPS)
            .batchSize(8)
            .dropout(0)
            .threads(1)
            .bfloat16(bfloat16);
    List<TrainingExample> examples = TinyRun.examples(8, 3);
    EmbeddingBatch vectors = TinyRun.vectors(examples);
    List<Double> losses = new ArrayList<>();
    TorchRuntime.initialize(1, 1);
    if (cuda) {
      TorchRuntime.useCuda();
    }
    try (CaptionNetwork network = CaptionNetwork.random(config, 0, 7);
        TextTokenizer tokenizer = TextTokenizer.open(TinyModel.t5Tokenizer(directory), 32);
        TrainingLoop loop =
            new TrainingLoop(
                options,
                network,
                new ExampleBatches(examples, vectors, new GaussianNoise(0), config.t5(), tokenizer),
                null,
                null,
                step -> losses.add(step.loss()))) {
      loop.run();
      Map<String, float[]> weights = new LinkedHashMap<>();
      network.parameters().forEach((name, tensor) -> weights.put(name, Tensors.toFloats(tensor)));
      return new Outcome(losses, weights);
    }
  }

  /**
   * Dropout, clipping, validation and a checkpoint after each step; then on from the last one, to
   * the end that the run had already.
   */
  @Test
  void aRunIsKeptAndGoesOn() throws IOException {
    List<String> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(Step step) {}

          @Override
          public void onStart(TrainingOptions options, String device, String reason) {
            told.add(device);
          }

          @Override
          public void onResumed(Path checkpoint, int epoch, long step) {
            told.add("resumed at step " + step);
          }
        };
    TinyRun run = TinyRun.in(directory);
    TrainingOptions options = TinyRun.options().threads(1).device(Device.cuda(0));
    run.train(run.trainer().options(options).listener(listener));
    byte[] weights = run.weights();
    MoreFiles.deleteRecursively(directory.resolve("model"), RecursiveDeleteOption.ALLOW_INSECURE);
    run.train(run.trainer().options(options).listener(listener).resume());
    assertEquals(List.of("cuda:0", "cuda:0", "resumed at step " + TinyRun.STEPS), told);
    assertArrayEquals(weights, run.weights());
  }
}
