package io.github.close4j.training.internal.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.training.TinyModel;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Texts are drawn by the probabilities that the network gives them. */
@SuppressWarnings("resource") // tensors belong to the test's scope
final class StepwiseDecoderTest {
  private static final int SAMPLES = 40_000;

  /** A right decoder misses this bound with less than one seed in 100 000; the seed is fixed. */
  private static final double DEVIATIONS = 5;

  private PointerScope scope;
  private CaptionNetwork network;

  @BeforeEach
  void open() {
    TorchRuntime.initialize(1, 1);
    scope = new PointerScope();
    network = CaptionNetwork.random(TinyModel.config(CaptionerConfig.Prefix.projection()), 0.1, 5);
    // Sharper than random weights are: some tokens likely, others not.
    network.parameters().forEach((name, tensor) -> scaleUp(name, tensor));
  }

  private static void scaleUp(String name, Tensor tensor) {
    if (name.contains("shared")) {
      float[] values = Tensors.toFloats(tensor);
      for (int i = 0; i < values.length; i++) {
        values[i] *= 4;
      }
      Tensors.set(tensor, values);
    }
  }

  @AfterEach
  void close() {
    network.close();
    scope.close();
  }

  private CaptionNetwork.Input example() {
    float[] vector = new float[TinyModel.CLIP_DIM];
    Arrays.fill(vector, 0.25f);
    return new CaptionNetwork.Input(
        vector, 1, List.of(), new long[] {0}, List.of(new long[] {3, 1}), network.config().t5());
  }

  /** Of one token and of two, by the product of what the network says of each. */
  @Test
  void textsComeAsOftenAsTheyAreLikely() {
    int end = network.config().t5().endTokenId();
    List<long[]> said =
        StepwiseDecoder.sampled(
            network, example().forSamples(SAMPLES), 2, new SplittableRandom(11));
    Map<List<Long>, Integer> counts = new HashMap<>();
    said.forEach(ids -> counts.merge(Arrays.stream(ids).boxed().toList(), 1, Integer::sum));

    double all = 0;
    int vocabulary = network.config().t5().vocabularySize();
    for (long first = 0; first < vocabulary; first++) {
      double once = probability(new long[] {first}, 0);
      if (first == end) {
        assertShare(once, counts.getOrDefault(List.of(first), 0));
        all += once;
        continue;
      }
      for (long second = 0; second < vocabulary; second++) {
        double twice = once * probability(new long[] {first, second}, 1);
        assertShare(twice, counts.getOrDefault(List.of(first, second), 0));
        all += twice;
      }
    }
    assertEquals(1, all, 1e-3);
    assertTrue(counts.size() > 20, () -> counts.size() + " different texts");
  }

  private static void assertShare(double expected, int count) {
    double deviation = Math.sqrt(SAMPLES * expected * (1 - expected));
    // Rare texts are not normally distributed: one more is allowed.
    assertEquals(SAMPLES * expected, count, DEVIATIONS * deviation + 1);
  }

  private double probability(long[] text, int position) {
    Tensor logits = network.logits(example().withTargets(1, List.of(text)));
    float[] shares = Tensors.toFloats(logits.select(1, position).softmax(-1));
    return shares[(int) text[position]];
  }

  @Test
  void theSameSeedDrawsTheSame() {
    for (int i = 0; i < 2; i++) {
      List<long[]> one =
          StepwiseDecoder.sampled(network, example().forSamples(9), 6, new SplittableRandom(2));
      List<long[]> same =
          StepwiseDecoder.sampled(network, example().forSamples(9), 6, new SplittableRandom(2));
      for (int row = 0; row < 9; row++) {
        assertTrue(Arrays.equals(one.get(row), same.get(row)));
        assertTrue(one.get(row).length <= 6);
      }
    }
  }
}
