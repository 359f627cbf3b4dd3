package io.github.close4j.training.internal.loop;

import io.github.close4j.internal.metric.Cider;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.network.StepwiseDecoder;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Self-critical training: the network draws captions of an example, and those that are nearer to
 * the example's targets by CIDEr-D than the others become likelier.
 *
 * <p>Words are tokens here, and the end is one of them, so that a caption that is cut short is the
 * worse for it. Source: Rennie et al., "Self-critical Sequence Training for Image Captioning", CVPR
 * 2017; the baseline of a caption is the mean of the others of its example (Luo, "A Better Variant
 * of Self-Critical Sequence Training", arXiv 2003.09971).
 */
final class CiderReward {
  private final Cider<Long> cider;
  private final int samples;
  private final int maxTokens;

  /**
   * Counts the targets' n-grams.
   *
   * @param targets those of each example, as tokens; examples of like targets count once
   * @param samples captions drawn of each example, at least 2
   * @param maxTokens the most tokens of one
   */
  CiderReward(List<List<List<Long>>> targets, int samples, int maxTokens) {
    Set<List<List<Long>>> different = new HashSet<>(targets);
    this.cider = new Cider<>(different);
    this.samples = samples;
    this.maxTokens = maxTokens;
  }

  /**
   * A part's loss, and what there is to tell of it.
   *
   * @param loss [], whose gradient is the policy's
   * @param reward the sum of the drawn captions' CIDEr-D, 0 to 10 each
   */
  record Drawn(Tensor loss, double reward) {}

  /** How many captions are drawn of all parts of a step. */
  long drawnOf(List<List<CaptionNetwork.Input>> batches) {
    return samples
        * batches.stream().flatMap(List::stream).mapToLong(part -> part.examples()).sum();
  }

  /** Draws captions of a part's examples; the loss is a sum over all of them. */
  Drawn draw(CaptionNetwork network, CaptionNetwork.Input part, long seed, boolean bfloat16) {
    List<long[]> said =
        TorchRuntime.withBfloat16(
            bfloat16,
            () ->
                StepwiseDecoder.sampled(
                    network, part.forSamples(samples), maxTokens, new SplittableRandom(seed)));
    double[] rewards = rewards(said, part.tokensByExample());
    CaptionNetwork.Input drawn = part.withTargets(samples, said);
    float[] advantages = ofTokens(advantages(rewards), said);
    Tensor logits = TorchRuntime.withBfloat16(bfloat16, () -> network.tokenLogits(drawn)); // [K,V]
    long[] tokens = drawn.tokens();
    Tensor logProbabilities =
        logits
            .to(ScalarType.Float)
            .log_softmax(-1)
            .gather(1, Tensors.of(tokens, tokens.length, 1))
            .squeeze(1); // [K]
    Tensor loss = logProbabilities.mul(Tensors.of(advantages, advantages.length)).sum().neg();
    return new Drawn(loss, Arrays.stream(rewards).sum());
  }

  private double[] rewards(List<long[]> said, List<List<List<Long>>> targets) {
    return IntStream.range(0, said.size())
        .mapToDouble(
            i -> {
              List<Long> words = Arrays.stream(said.get(i)).boxed().toList();
              return cider.score(words, targets.get(i / samples), true);
            })
        .toArray();
  }

  /** How much better each caption is than the mean of the others of its example. */
  private double[] advantages(double[] rewards) {
    double[] advantages = new double[rewards.length];
    for (int from = 0; from < rewards.length; from += samples) {
      double sum = Arrays.stream(rewards, from, from + samples).sum();
      for (int i = from; i < from + samples; i++) {
        advantages[i] = rewards[i] - (sum - rewards[i]) / (samples - 1);
      }
    }
    return advantages;
  }

  /** A caption's number for each of its tokens. */
  private static float[] ofTokens(double[] ofCaptions, List<long[]> said) {
    int tokens = said.stream().mapToInt(ids -> ids.length).sum();
    float[] all = new float[tokens];
    int at = 0;
    for (int i = 0; i < said.size(); i++) {
      int end = at + said.get(i).length;
      Arrays.fill(all, at, end, (float) ofCaptions[i]);
      at = end;
    }
    return all;
  }
}
