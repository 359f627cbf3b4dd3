package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.FloatTensor;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.PrefixConfig;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import io.github.close4j.training.TrainingListener.DeviceUsed;
import io.github.close4j.training.TrainingListener.Progress;
import io.github.close4j.training.internal.network.CaptionNetwork;
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
  private record Outcome(List<Double> losses, Map<String, FloatTensor> weights) {}

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
            (name, tensor) ->
                assertArrayEquals(
                    tensor.values(), found.weights().get(name).values(), (float) TOLERANCE, name));
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
    CaptionerConfig config = TinyModel.config(PrefixConfig.projection());
    TrainingOptions options =
        TrainingOptions.builder()
            .epochs(STEPS)
            .batchSize(8)
            .dropout(0)
            .threads(1)
            .bfloat16(bfloat16)
            .build();
    List<TrainingExample> examples = TinyRun.examples(8, 3);
    EmbeddingBatch vectors = TinyRun.vectors(examples, TrainingListener.NONE);
    List<Double> losses = new ArrayList<>();
    TorchRuntime.initialize(1, 1);
    if (cuda) {
      TorchRuntime.useCuda();
    }
    try (CaptionNetwork network = CaptionNetwork.random(config, 0, 7);
        TextTokenizer tokenizer = TextTokenizer.open(TinyModel.t5Tokenizer(directory), 32);
        CaptionTrainer trainer =
            new CaptionTrainer(
                options,
                network,
                new ExampleBatches(
                    examples, vectors, ModalityAdapter.identity(), config.t5(), tokenizer),
                progress -> losses.add(progress.loss()))) {
      trainer.train(null, null, null);
      Map<String, FloatTensor> weights = new LinkedHashMap<>(network.exportT5());
      weights.putAll(network.exportPrefix());
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
          public void onProgress(Progress progress) {}

          @Override
          public void onDevice(DeviceUsed device) {
            told.add(device.name());
          }

          @Override
          public void onResumed(Resumed resumed) {
            told.add("resumed at step " + resumed.step());
          }
        };
    TinyRun run =
        TinyRun.in(directory, TinyRun.options().threads(1).device(TrainingDevice.CUDA).build());
    run.run(run.fresh(), listener);
    byte[] weights = run.weights();
    MoreFiles.deleteRecursively(directory.resolve("model"), RecursiveDeleteOption.ALLOW_INSECURE);
    run.run(run.fresh().resumed(), listener);
    assertEquals(List.of("cuda:0", "cuda:0", "resumed at step " + TinyRun.STEPS), told);
    assertArrayEquals(weights, run.weights());
  }
}
