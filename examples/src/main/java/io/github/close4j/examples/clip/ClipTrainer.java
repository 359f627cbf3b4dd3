package io.github.close4j.examples.clip;

import io.github.close4j.examples.clip.SceneBatches.Batch;
import io.github.close4j.onnx.model.ClipConfig;
import io.github.close4j.onnx.weights.DataType;
import io.github.close4j.onnx.weights.SafetensorsWriter;
import io.github.close4j.training.torch.Parameters;
import io.github.close4j.training.torch.Tensors;
import io.github.close4j.training.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Trains {@link ClipNetwork} with CLIP's symmetric contrastive loss at a fixed temperature of
 * 1/100, where CLIP's own ends: at a warmer one there is hardly a modality gap, and little for an
 * adapter to bridge.
 */
public final class ClipTrainer {
  private static final double LOGIT_SCALE = 100;
  private static final double MAX_GRADIENT_NORM = 1;
  private static final int WARM_UP_STEPS = 200;

  /**
   * How to train.
   *
   * @param steps optimizer steps
   * @param batchSize pairs a step, even
   * @param learningRate peak rate; it falls along a cosine to 1% of it
   * @param weightDecay AdamW's decay of weights
   * @param threads threads of libtorch
   * @param seed seed of weights, scenes and captions
   */
  public record Options(
      int steps, int batchSize, double learningRate, double weightDecay, int threads, long seed) {}

  /**
   * One step's result.
   *
   * @param step steps done
   * @param loss contrastive loss of its batch
   * @param accuracy share of its pictures whose own caption was the nearest
   */
  public record Progress(int step, double loss, double accuracy) {}

  private final ClipConfig config;
  private final Options options;

  /**
   * A trainer.
   *
   * @param config dimensions of the CLIP to make
   * @param options how to train
   */
  public ClipTrainer(ClipConfig config, Options options) {
    this.config = config;
    this.options = options;
  }

  /**
   * Trains and writes the weights under Hugging Face's names.
   *
   * @param batches where pairs come from
   * @param file safetensors file to write, again after every tenth of the steps
   * @param listener told of every step
   */
  void train(SceneBatches batches, Path file, Consumer<Progress> listener) {
    TorchRuntime.initialize(options.threads, options.seed);
    try (Parameters parameters = Parameters.random(options.seed)) {
      ClipNetwork network = new ClipNetwork(config, parameters);
      TensorVector trained = parameters.vector();
      AdamWOptions adam = new AdamWOptions(options.learningRate);
      adam.weight_decay().put(options.weightDecay);
      adam.betas().put(0, 0.9);
      adam.betas().put(1, 0.98);
      AdamW optimizer = new AdamW(trained, adam);
      int saveEvery = Math.max(1, options.steps / 10);
      for (int step = 0; step < options.steps; step++) {
        optimizer.param_groups().get(0).options().set_lr(learningRate(step));
        listener.accept(step(network, trained, optimizer, batches.next(), step));
        if ((step + 1) % saveEvery == 0 || step + 1 == options.steps) {
          save(parameters, file);
        }
      }
    }
  }

  @SuppressWarnings("try") // the scope frees what is made within it
  private Progress step(
      ClipNetwork network, TensorVector trained, AdamW optimizer, Batch batch, int step) {
    try (PointerScope scope = new PointerScope()) {
      optimizer.zero_grad();
      int edge = config.vision().imageSize();
      Tensor pixels = Tensors.of(batch.pixels(), options.batchSize, 3, edge, edge);
      Tensor images = TorchRuntime.withBfloat16(true, () -> network.image(pixels));
      Tensor texts = TorchRuntime.withBfloat16(true, () -> network.text(batch.captions()));
      Tensor logits = unit(images).matmul(unit(texts).t()).mul(Tensors.scalar(LOGIT_SCALE));
      Tensor labels =
          Tensors.of(LongStream.range(0, options.batchSize).toArray(), options.batchSize);
      Tensor loss =
          torch
              .cross_entropy(logits, labels)
              .add(torch.cross_entropy(logits.t(), labels))
              .mul(Tensors.scalar(0.5));
      loss.backward();
      torch.clip_grad_norm_(trained, MAX_GRADIENT_NORM);
      optimizer.step();
      Tensor nearest = logits.argmax(new LongOptional(1), false);
      double accuracy = nearest.eq(labels).to(ScalarType.Float).mean().item_float();
      return new Progress(step + 1, loss.item_float(), accuracy);
    }
  }

  /** Rows of 32-bit floats and of norm 1. */
  private static Tensor unit(Tensor features) {
    Tensor x = features.to(ScalarType.Float);
    return x.div(x.mul(x).sum(new long[] {-1}, true, new ScalarTypeOptional()).sqrt());
  }

  private double learningRate(int step) {
    double warm = Math.min(1, (step + 1.0) / WARM_UP_STEPS);
    double cosine = 0.5 * (1 + Math.cos(Math.PI * step / options.steps));
    return options.learningRate * warm * (0.01 + 0.99 * cosine);
  }

  private void save(Parameters parameters, Path file) {
    new SafetensorsWriter(DataType.F16).addAll(parameters.export()).write(file);
  }
}
