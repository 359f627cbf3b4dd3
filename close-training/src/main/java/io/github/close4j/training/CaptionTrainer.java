package io.github.close4j.training;

import com.google.common.math.IntMath;
import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.model.T5Config;
import io.github.close4j.onnx.tokenizer.TextTokenizer;
import io.github.close4j.training.TrainingListener.Phase;
import io.github.close4j.training.TrainingListener.Progress;
import io.github.close4j.training.network.CaptionNetwork;
import io.github.close4j.training.network.NetworkInput;
import io.github.close4j.training.task.TrainingExample;
import io.github.close4j.training.torch.Tensors;
import io.github.close4j.training.torch.TorchRuntime;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.CrossEntropyLossOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The training loop (CLOSE, section 3; reference: {@code train/trainer.py}): at every step the
 * vectors of a batch are adapted afresh, and the loss is the mean cross-entropy over all target
 * tokens of the batch, end tokens included.
 */
final class CaptionTrainer {
  private final ModalityAdapter adapter;
  private final TrainingOptions options;
  private final T5Config t5;
  private final TextTokenizer tokenizer;
  private final TrainingListener listener;

  CaptionTrainer(
      ModalityAdapter adapter,
      TrainingOptions options,
      T5Config t5,
      TextTokenizer tokenizer,
      TrainingListener listener) {
    this.adapter = adapter;
    this.options = options;
    this.t5 = t5;
    this.tokenizer = tokenizer;
    this.listener = listener;
  }

  /** An example with its texts as token ids. */
  private record Encoded(List<long[]> text, List<long[]> targets) {}

  /** Trains a network on examples and their vectors, row by row; returns the number of steps. */
  long train(CaptionNetwork network, List<TrainingExample> examples, EmbeddingBatch vectors) {
    List<Encoded> encoded = examples.stream().map(this::encode).toList();
    int stepsAnEpoch = IntMath.divide(examples.size(), options.batchSize(), RoundingMode.CEILING);
    long totalSteps = (long) stepsAnEpoch * options.epochs();
    long totalExamples = (long) examples.size() * options.epochs();
    AdamWOptions adam = new AdamWOptions(options.learningRate());
    adam.weight_decay().put(options.weightDecay());
    AdamW optimizer = new AdamW(network.parameters(), adam);
    network.setTraining(true);
    long step = 0;
    for (int epoch = 0; epoch < options.epochs(); epoch++) {
      for (List<Integer> batch :
          ExampleOrder.batches(examples.size(), options.batchSize(), options.seed(), epoch)) {
        double factor = options.schedule().factor(step, totalSteps, totalExamples);
        optimizer.param_groups().get(0).options().set_lr(options.learningRate() * factor);
        NetworkInput input = input(batch, encoded, vectors, epoch);
        double loss = TorchRuntime.step(() -> step(network, optimizer, input));
        step++;
        if (!Double.isFinite(loss)) {
          throw new NonFiniteLossException(step, loss);
        }
        listener.onProgress(new Progress(Phase.TRAINING, step, totalSteps, loss));
      }
    }
    network.setTraining(false);
    return totalSteps;
  }

  private Encoded encode(TrainingExample example) {
    String text = example.text();
    List<long[]> beside = text == null ? List.of() : List.of(tokenizer.encode(text));
    // Targets are lower-cased, nothing else is.
    List<String> targets =
        example.targets().stream().map(target -> target.toLowerCase(Locale.ROOT)).toList();
    return new Encoded(beside, tokenizer.encode(targets));
  }

  private NetworkInput input(
      List<Integer> batch, List<Encoded> encoded, EmbeddingBatch vectors, int epoch) {
    List<long[]> texts = new ArrayList<>();
    List<long[]> targets = new ArrayList<>();
    List<Long> exampleOfTarget = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      Encoded example = encoded.get(batch.get(row));
      texts.addAll(example.text());
      targets.addAll(example.targets());
      exampleOfTarget.addAll(Collections.nCopies(example.targets().size(), (long) row));
    }
    return new NetworkInput(
        adapted(batch, vectors, epoch),
        batch.size(),
        texts,
        exampleOfTarget.stream().mapToLong(Long::longValue).toArray(),
        targets,
        t5);
  }

  private float[] adapted(List<Integer> batch, EmbeddingBatch vectors, int epoch) {
    int dimension = vectors.dimension();
    EmbeddingBatch rows = EmbeddingBatch.allocate(batch.size(), dimension);
    for (int row = 0; row < batch.size(); row++) {
      System.arraycopy(
          vectors.values(), batch.get(row) * dimension, rows.values(), row * dimension, dimension);
    }
    long[] ids = batch.stream().mapToLong(Integer::longValue).toArray();
    adapter.adaptForTraining(rows, ExampleNoise.of(options.seed(), epoch, ids));
    return rows.values();
  }

  private double step(CaptionNetwork network, AdamW optimizer, NetworkInput input) {
    optimizer.zero_grad();
    Tensor logits = TorchRuntime.withBfloat16(options.bfloat16(), () -> network.logits(input));
    Tensor loss = loss(logits, input);
    loss.backward();
    optimizer.step();
    return loss.item_float();
  }

  private Tensor loss(Tensor logits, NetworkInput input) {
    CrossEntropyLossOptions ignoring = new CrossEntropyLossOptions();
    ignoring.ignore_index().put(NetworkInput.IGNORED);
    long positions = input.labels().length;
    return torch.cross_entropy(
        logits.to(ScalarType.Float).view(positions, t5.vocabularySize()),
        Tensors.of(input.labels(), positions),
        ignoring);
  }
}
