package io.github.close4j.training.internal.loop;

import com.google.common.collect.Lists;
import io.github.close4j.internal.io.Interruption;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.network.StepwiseDecoder;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.jspecify.annotations.Nullable;

/**
 * Judges a network on held-out examples, without dropout, their vectors adapted as for evaluation
 * on text.
 */
public final class Validator {
  private final Rule rule;
  private final ExampleBatches examples;
  private final TextTokenizer tokenizer;
  private final TrainingOptions options;
  private final int maxTokens;
  private final TrainingListener listener;

  /**
   * What a network is judged by.
   *
   * @param shown how many of the first examples the network speaks about for the listener
   * @param scorer scores what it says of every example, or null for the loss alone
   * @param bestBy the score by which the best epoch is the one with the highest, or null for the
   *     lowest loss
   */
  public record Rule(
      int shown,
      @Nullable BiFunction<List<TrainingExample>, List<String>, Map<String, Double>> scorer,
      @Nullable String bestBy) {
    public Rule {
      if (shown < 0) {
        throw new IllegalArgumentException("shown: expected 0 or more, found " + shown);
      }
      if (bestBy != null && scorer == null) {
        throw new IllegalArgumentException(
            "bestBy: expected a scorer that gives '%s', found none".formatted(bestBy));
      }
    }
  }

  /** How a network does; the best epoch has the highest score. */
  record Result(
      double loss,
      Map<String, Double> scores,
      List<TrainingExample> shown,
      List<String> said,
      double score) {}

  /** {@code maxTokens} is the length at which generated texts are cut off. */
  public Validator(
      Rule rule,
      ExampleBatches examples,
      TextTokenizer tokenizer,
      TrainingOptions options,
      int maxTokens,
      TrainingListener listener) {
    this.rule = rule;
    this.examples = examples;
    this.tokenizer = tokenizer;
    this.options = options;
    this.maxTokens = maxTokens;
    this.listener = listener;
  }

  Result judge(Replicas replicas) {
    replicas.setTraining(false);
    double loss = loss(replicas);
    int shown = Math.min(rule.shown(), examples.size());
    List<String> said = said(replicas, rule.scorer() == null ? shown : examples.size());
    Map<String, Double> scores =
        rule.scorer() == null ? Map.of() : rule.scorer().apply(examples.examples(), said);
    return new Result(
        loss,
        scores,
        examples.examples().subList(0, shown),
        said.subList(0, shown),
        score(loss, scores));
  }

  private double loss(Replicas replicas) {
    double sum = 0;
    long tokens = 0;
    int done = 0;
    for (List<Integer> batch : batches(examples.size())) {
      Interruption.requireNone();
      List<CaptionNetwork.Input> parts =
          ExampleBatches.parts(batch, replicas.count()).stream()
              .map(examples::forEvaluation)
              .toList();
      sum +=
          replicas
              .each(
                  parts,
                  (network, part) ->
                      withoutGradients(
                          () ->
                              TrainingLoop.crossEntropy(network, part, options.bfloat16())
                                  .item_double()))
              .stream()
              .mapToDouble(Double::doubleValue)
              .sum();
      tokens += TrainingLoop.targetTokens(List.of(parts));
      done += batch.size();
      listener.onValidating(done, examples.size());
    }
    return sum / tokens;
  }

  @SuppressWarnings("try") // the guard turns gradients off within it
  private static double withoutGradients(DoubleSupplier computation) {
    try (NoGradGuard guard = new NoGradGuard()) {
      return computation.getAsDouble();
    }
  }

  /** What the network says of the first examples, decoded greedily. */
  private List<String> said(Replicas replicas, int count) {
    String[] texts = new String[count];
    for (List<Integer> batch : batches(count)) {
      Interruption.requireNone();
      List<List<Integer>> parts = ExampleBatches.parts(batch, replicas.count());
      List<List<long[]>> said =
          replicas.each(
              parts.stream().map(examples::forGeneration).toList(),
              (network, part) -> StepwiseDecoder.greedy(network, part, maxTokens));
      for (int part = 0; part < parts.size(); part++) {
        for (int i = 0; i < parts.get(part).size(); i++) {
          texts[parts.get(part).get(i)] = tokenizer.decode(said.get(part).get(i)).strip();
        }
      }
    }
    return List.of(texts);
  }

  private List<List<Integer>> batches(int count) {
    return Lists.partition(IntStream.range(0, count).boxed().toList(), options.batchSize());
  }

  private double score(double loss, Map<String, Double> scores) {
    String name = rule.bestBy();
    if (name == null) {
      return -loss;
    }
    Double score = scores.get(name);
    if (score == null) {
      throw new IllegalArgumentException(
          "bestBy: expected one of the scores %s, found %s".formatted(scores.keySet(), name));
    }
    return score;
  }
}
