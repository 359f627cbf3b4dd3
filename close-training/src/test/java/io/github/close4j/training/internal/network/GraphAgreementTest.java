package io.github.close4j.training.internal.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import io.github.close4j.training.TinyModel;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is trained on libtorch and what the ONNX graph runs are the same function. */
final class GraphAgreementTest {
  private static final float TOLERANCE = 1e-4f;

  @TempDir private Path directory;

  @BeforeAll
  static void startTorch() {
    TorchRuntime.initialize(1, 1);
  }

  @Test
  void aProjectedPrefixAlone() {
    agree(CaptionerConfig.Prefix.projection(), 3, List.of(), targets());
  }

  @Test
  void aProjectedPrefixAfterConstantVectors() {
    agree(
        new CaptionerConfig.Prefix(CaptionerConfig.Prefix.Kind.PROJECTION, 3, 2),
        3,
        List.of(),
        targets());
  }

  @Test
  void aSplitVector() {
    agree(
        new CaptionerConfig.Prefix(CaptionerConfig.Prefix.Kind.SPLIT, 2, 0),
        3,
        List.of(),
        targets());
  }

  @Test
  void textsOfDifferentLengthsBesideThePrefix() {
    List<long[]> texts = List.of(new long[] {5, 6, 7, 1}, new long[] {8, 1}, new long[] {1});
    agree(CaptionerConfig.Prefix.projection(), 3, texts, targets());
  }

  @Test
  void oneExampleAndOneToken() {
    agree(CaptionerConfig.Prefix.projection(), 1, List.of(), List.of(new long[] {1}));
  }

  @Test
  void targetsBeyondTheRelativePositionsMaximumDistance() {
    agree(
        CaptionerConfig.Prefix.projection(),
        1,
        List.of(),
        List.of(new SplittableRandom(2).longs(40, 2, 23).toArray()));
  }

  @Test
  void version11OfT5() {
    List<long[]> texts = List.of(new long[] {5, 6, 7, 1}, new long[] {8, 1}, new long[] {1});
    agree(
        TinyModel.withNewerT5(TinyModel.config(CaptionerConfig.Prefix.projection())),
        3,
        texts,
        targets());
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void everyActivationWithAndWithoutAGate(Activation activation) {
    for (boolean gated : new boolean[] {false, true}) {
      CaptionerConfig config = TinyModel.config(CaptionerConfig.Prefix.projection());
      agree(TinyModel.withFeedForward(config, activation, gated), 3, List.of(), targets());
    }
  }

  /** Three targets of different lengths. */
  private static List<long[]> targets() {
    return List.of(new long[] {4, 9, 10, 1}, new long[] {3, 1}, new long[] {12, 13, 14, 15, 16, 1});
  }

  private void agree(
      CaptionerConfig.Prefix prefix, int examples, List<long[]> texts, List<long[]> targets) {
    agree(TinyModel.config(prefix), examples, texts, targets);
  }

  private void agree(
      CaptionerConfig config, int examples, List<long[]> texts, List<long[]> targets) {
    float[] vectors = unitRows(examples, config.clip().projectionDim());
    long[] exampleOfTarget = new long[targets.size()];
    for (int i = 0; i < exampleOfTarget.length; i++) {
      exampleOfTarget[i] = i;
    }
    CaptionNetwork.Input input =
        new CaptionNetwork.Input(vectors, examples, texts, exampleOfTarget, targets, config.t5());
    try (CaptionNetwork network = CaptionNetwork.random(config, 0.1, 11)) {
      float[] trained = torchLogits(network, input);
      float[] run = graphLogits(network, config, input);
      assertEquals(
          (long) targets.size() * input.targetLength * config.t5().vocabularySize(),
          trained.length);
      assertArrayEquals(trained, run, TOLERANCE);
    }
  }

  private static float[] unitRows(int rows, int dimension) {
    SplittableRandom random = new SplittableRandom(9);
    float[] values = new float[rows * dimension];
    for (int row = 0; row < rows; row++) {
      double square = 0;
      for (int i = row * dimension; i < (row + 1) * dimension; i++) {
        values[i] = (float) random.nextGaussian();
        square += values[i] * values[i];
      }
      for (int i = row * dimension; i < (row + 1) * dimension; i++) {
        values[i] /= (float) Math.sqrt(square);
      }
    }
    return values;
  }

  @SuppressWarnings("try") // the scope frees what is made within it
  private static float[] torchLogits(CaptionNetwork network, CaptionNetwork.Input input) {
    try (PointerScope scope = new PointerScope()) {
      return Tensors.toFloats(network.logits(input));
    }
  }

  private float[] graphLogits(
      CaptionNetwork network, CaptionerConfig config, CaptionNetwork.Input input) {
    WeightBank weights =
        new WeightBank()
            .add(CaptionGraph.T5, written("t5", network::addT5To))
            .add(CaptionGraph.PREFIX, written("prefix", network::addPrefixTo));
    Map<String, InputTensor> inputs = new HashMap<>();
    inputs.put("vectors", InputTensor.of(input.vectors, input.examples, input.clipDim()));
    inputs.put(
        "decoder_ids", InputTensor.of(input.decoderIds, input.targets(), input.targetLength));
    if (input.hasText()) {
      long[] mask = new long[input.text.length];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = input.textMask[i] ? 1 : 0;
      }
      inputs.put("text", InputTensor.of(input.text, input.examples, input.textLength));
      inputs.put("text_mask", InputTensor.of(mask, input.examples, input.textLength));
    }
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      return sessions
          .get("logits", () -> new CaptionGraph(config, weights).logits(input.hasText()))
          .run(inputs, outputs -> outputs.floats("logits"));
    }
  }

  private Safetensors written(String name, Consumer<Safetensors.Writer> weights) {
    Path file = directory.resolve(name + ".safetensors");
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    weights.accept(writer);
    writer.write(file);
    return Safetensors.open(file);
  }
}
