package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import io.github.close4j.training.internal.loop.ExampleBatches;
import io.github.close4j.training.internal.loop.TrainingLoop;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three steps of our training are those of PyTorch and transformers ({@code
 * src/test/python/training_golden.py}).
 */
final class TrainingStepGoldenTest {
  private static final int STEPS = 3;

  @TempDir private Path directory;

  private record Example(@Nullable String text, List<String> targets) {}

  private record Golden(
      List<Example> examples,
      List<List<Float>> vectors,
      List<Double> losses,
      Map<String, Double> gradientNorms) {}

  @ParameterizedTest
  @CsvSource({"multiple, 1", "text, 1", "multiple, 2", "text, 3"})
  void threeSteps(String name, int threads) throws IOException {
    Golden golden = golden(name);
    CaptionerConfig config = TinyModel.config(CaptionerConfig.Prefix.projection());
    TrainingOptions options =
        TrainingOptions.defaults().epochs(STEPS).batchSize(8).dropout(0).threads(threads);
    List<TrainingExample> examples =
        golden.examples().stream()
            .map(e -> new TrainingExample(List.of("unread"), e.text(), e.targets()))
            .toList();
    List<Double> losses = new ArrayList<>();
    TorchRuntime.initialize(threads, 1);
    try (CaptionNetwork network =
            CaptionNetwork.stored(config, 0, stored(name + "-prefix"), stored(name + "-t5"));
        TextTokenizer tokenizer = TextTokenizer.open(TinyModel.t5Tokenizer(directory), 32);
        TrainingLoop loop =
            new TrainingLoop(
                options,
                network,
                new ExampleBatches(
                    examples, vectors(golden), new GaussianNoise(0), config.t5(), tokenizer),
                null,
                null,
                step -> losses.add(step.loss()))) {
      loop.run();

      assertEquals(STEPS, losses.size());
      for (int step = 0; step < STEPS; step++) {
        assertEquals(golden.losses().get(step), losses.get(step), 1e-5);
      }
      assertGradients(golden.gradientNorms(), network);
      Safetensors prefix = stored(name + "-prefix-after");
      Safetensors t5 = stored(name + "-t5-after");
      assertWeights("prefix.", prefix, network);
      assertWeights("t5.", t5, network);
      assertEquals(prefix.names().size() + t5.names().size(), network.parameters().size());
    }
  }

  @SuppressWarnings("try") // the scope frees what is made within it
  private static void assertGradients(Map<String, Double> expected, CaptionNetwork network) {
    assertEquals(expected.keySet(), network.parameters().keySet());
    try (PointerScope scope = new PointerScope()) {
      network
          .parameters()
          .forEach(
              (name, parameter) -> {
                double norm = expected.get(name);
                assertEquals(norm, parameter.grad().norm().item_float(), 1e-4 * norm, name);
              });
    }
  }

  private static void assertWeights(String part, Safetensors expected, CaptionNetwork network) {
    for (String name : expected.names()) {
      float[] found = Tensors.toFloats(network.parameters().get(part + name));
      assertArrayEquals(expected.tensor(name).toFloatArray(), found, 1e-5f, name);
    }
  }

  private static EmbeddingBatch vectors(Golden golden) {
    EmbeddingBatch batch = EmbeddingBatch.allocate(golden.vectors().size(), TinyModel.CLIP_DIM);
    for (int row = 0; row < batch.rows(); row++) {
      for (int i = 0; i < TinyModel.CLIP_DIM; i++) {
        batch.values()[row * TinyModel.CLIP_DIM + i] = golden.vectors().get(row).get(i);
      }
    }
    return batch;
  }

  private static Golden golden(String name) throws IOException {
    try (InputStreamReader reader =
        new InputStreamReader(resource(name + ".json"), StandardCharsets.UTF_8)) {
      return new Gson().fromJson(reader, Golden.class);
    }
  }

  private Safetensors stored(String name) throws IOException {
    Path file = directory.resolve(name + ".safetensors");
    try (InputStream resource = resource(file.getFileName().toString())) {
      Files.write(file, resource.readAllBytes());
    }
    return Safetensors.open(file);
  }

  private static InputStream resource(String name) {
    return TrainingStepGoldenTest.class.getResourceAsStream("golden/" + name);
  }
}
