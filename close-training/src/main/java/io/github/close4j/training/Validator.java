package io.github.close4j.training;

import com.google.common.collect.Lists;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import io.github.close4j.training.TrainingListener.Phase;
import io.github.close4j.training.TrainingListener.Progress;
import io.github.close4j.training.TrainingListener.ShownExample;
import io.github.close4j.training.internal.network.NetworkInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Judges a network on held-out examples. */
final class Validator {
  private final Validation validation;
  private final ExampleBatches batches;
  private final TextTokenizer tokenizer;
  private final TrainingOptions options;
  private final int maxTokens;
  private final TrainingListener listener;

  /** {@code maxTokens} is the length at which generated texts are cut off. */
  Validator(
      Validation validation,
      ExampleBatches batches,
      TextTokenizer tokenizer,
      TrainingOptions options,
      int maxTokens,
      TrainingListener listener) {
    this.validation = validation;
    this.batches = batches;
    this.tokenizer = tokenizer;
    this.options = options;
    this.maxTokens = maxTokens;
    this.listener = listener;
  }

  /**
   * How a network does.
   *
   * @param loss mean cross-entropy of all target tokens, in nats
   * @param scores the evaluator's
   * @param shown what it says of the first examples
   * @param score what the best epoch has the highest of
   */
  record Result(double loss, Map<String, Double> scores, List<ShownExample> shown, double score) {}

  Result judge(TrainingStep step) {
    double loss = loss(step);
    TextEvaluator evaluator = validation.evaluator();
    int spoken = evaluator == null ? validation.shown() : batches.size();
    List<String> generated = generated(step, Math.min(spoken, batches.size()));
    Map<String, Double> scores =
        evaluator == null ? Map.of() : evaluator.scores(batches.examples(), generated);
    return new Result(loss, scores, shown(generated), score(loss, scores));
  }

  private double loss(TrainingStep step) {
    double sum = 0;
    long tokens = 0;
    int done = 0;
    for (List<Integer> batch : rows(batches.size())) {
      List<NetworkInput> parts =
          ExampleBatches.parts(batch, step.parts()).stream().map(batches::forEvaluation).toList();
      sum += step.evaluate(parts);
      tokens += TrainingStep.tokens(List.of(parts));
      done += batch.size();
      listener.onProgress(new Progress(Phase.VALIDATION, done, batches.size(), Double.NaN));
    }
    return sum / tokens;
  }

  private List<String> generated(TrainingStep step, int examples) {
    String[] texts = new String[examples];
    for (List<Integer> batch : rows(examples)) {
      List<List<Integer>> parts = ExampleBatches.parts(batch, step.parts());
      List<List<long[]>> said =
          step.generate(parts.stream().map(batches::forGeneration).toList(), maxTokens);
      for (int part = 0; part < parts.size(); part++) {
        for (int i = 0; i < parts.get(part).size(); i++) {
          texts[parts.get(part).get(i)] = tokenizer.decode(said.get(part).get(i)).strip();
        }
      }
    }
    return List.of(texts);
  }

  private List<List<Integer>> rows(int examples) {
    return Lists.partition(IntStream.range(0, examples).boxed().toList(), options.batchSize());
  }

  private List<ShownExample> shown(List<String> generated) {
    List<ShownExample> shown = new ArrayList<>();
    for (int i = 0; i < Math.min(validation.shown(), generated.size()); i++) {
      TrainingExample example = batches.examples().get(i);
      String text = example.text();
      shown.add(
          new ShownExample(
              example.clipTexts(), text == null ? "" : text, example.targets(), generated.get(i)));
    }
    return shown;
  }

  private double score(double loss, Map<String, Double> scores) {
    String name = validation.bestBy();
    if (name == null) {
      return -loss;
    }
    Double score = scores.get(name);
    if (score == null) {
      throw new IllegalArgumentException(
          "bestBy: expected one of the evaluator's scores %s, found %s"
              .formatted(scores.keySet(), name));
    }
    return score;
  }
}
