package io.github.close4j.training.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.training.TinyModel;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.network.StepwiseDecoder;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

final class CiderRewardTest {
  private static final int SAMPLES = 5;
  private static final int MAX_TOKENS = 7;
  private static final long SEED = 3;

  /** Three examples with two targets each; 1 is the end. */
  private static final List<List<long[]>> TARGETS =
      List.of(
          List.of(new long[] {5, 6, 7, 1}, new long[] {5, 6, 1}),
          List.of(new long[] {8, 9, 10, 11, 12, 1}, new long[] {8, 9, 1}),
          List.of(new long[] {5, 9, 1}, new long[] {13, 14, 15, 16, 1}));

  private static CaptionNetwork.Input batch(CaptionNetwork network) {
    float[] vectors = new float[3 * TinyModel.CLIP_DIM];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextGaussian();
    }
    return new CaptionNetwork.Input(
        vectors,
        3,
        List.of(),
        new long[] {0, 0, 1, 1, 2, 2},
        TARGETS.stream().flatMap(List::stream).toList(),
        network.config().t5());
  }

  private static List<Long> boxed(long[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }

  private static String words(long[] ids) {
    return Arrays.stream(ids).mapToObj(id -> "w" + id).collect(Collectors.joining(" "));
  }

  /** Against CIDEr-D of the same tokens as words, and log-probabilities of the whole softmax. */
  @Test
  @SuppressWarnings("try") // the scope frees what is made within it
  void lossIsTheLogProbabilityByHowMuchBetterACaptionIsThanTheOthers() {
    TorchRuntime.initialize(1, 1);
    CaptionerConfig config = TinyModel.config(CaptionerConfig.Prefix.projection());
    try (PointerScope scope = new PointerScope();
        CaptionNetwork network = CaptionNetwork.random(config, 0, 5)) {
      List<List<List<Long>>> targets =
          TARGETS.stream()
              .map(all -> all.stream().map(CiderRewardTest::boxed).toList())
              .collect(Collectors.toCollection(ArrayList::new));
      targets.addAll(List.copyOf(targets)); // each picture as often as it has captions
      CiderReward reward = new CiderReward(targets, SAMPLES, MAX_TOKENS);
      CaptionNetwork.Input batch = batch(network);
      CiderReward.Drawn drawn = reward.draw(network, batch, SEED, false);

      List<long[]> said =
          StepwiseDecoder.sampled(
              network, batch.forSamples(SAMPLES), MAX_TOKENS, new SplittableRandom(SEED));
      double[] rewards = rewards(said);
      float[] logProbabilities = logProbabilities(network, batch, said);
      double loss = 0;
      for (int i = 0; i < said.size(); i++) {
        int first = i / SAMPLES * SAMPLES;
        double others = Arrays.stream(rewards, first, first + SAMPLES).sum() - rewards[i];
        loss -= (rewards[i] - others / (SAMPLES - 1)) * logProbabilities[i];
      }
      assertEquals(loss, drawn.loss().item_double(), 1e-4 * Math.abs(loss));
      assertEquals(Arrays.stream(rewards).sum(), drawn.reward(), 1e-9);
      assertTrue(drawn.reward() > 0);
      assertEquals(said.size(), reward.drawnOf(List.of(List.of(batch))), "captions that are drawn");
    }
  }

  /** By the corpus metric: the three pictures with each draw in turn. */
  private static double[] rewards(List<long[]> said) {
    List<List<String>> references =
        TARGETS.stream().map(all -> all.stream().map(CiderRewardTest::words).toList()).toList();
    double[] rewards = new double[said.size()];
    for (int i = 0; i < rewards.length; i++) {
      List<String> candidates = new ArrayList<>(Collections.nCopies(3, "none"));
      candidates.set(i / SAMPLES, words(said.get(i)));
      rewards[i] =
          CaptionMetric.CIDER_D.score(candidates, references).perExample().get(i / SAMPLES);
    }
    return rewards;
  }

  private static float[] logProbabilities(
      CaptionNetwork network, CaptionNetwork.Input batch, List<long[]> said) {
    Tensor logits = network.logits(batch.withTargets(SAMPLES, said)).log_softmax(-1);
    float[] all = Tensors.toFloats(logits);
    int length = (int) logits.size(1);
    int vocabulary = (int) logits.size(2);
    float[] sums = new float[said.size()];
    for (int i = 0; i < sums.length; i++) {
      for (int t = 0; t < said.get(i).length; t++) {
        sums[i] += all[(i * length + t) * vocabulary + (int) said.get(i)[t]];
      }
    }
    return sums;
  }
}
