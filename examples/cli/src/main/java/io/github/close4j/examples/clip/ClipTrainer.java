package io.github.close4j.examples.clip;

import com.google.common.primitives.Floats;
import io.github.close4j.examples.clip.SceneBatches.Batch;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.training.internal.torch.Parameters;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Trains {@link ClipNetwork} with CLIP's symmetric contrastive loss at a fixed temperature of
 * 1/100, where CLIP's own ends: at a warmer one there is hardly a modality gap, and little for an
 * adapter to bridge.
 *
 * <p>A batch is encoded in two halves, each on a thread of its own, whatever the machine: the sum
 * of two gradients does not depend on their order, so a seed gives the same weights every time.
 */
public final class ClipTrainer {
  private static final float LOGIT_SCALE = 100;
  private static final double MAX_GRADIENT_NORM = 1;
  private static final int WARM_UP_STEPS = 200;

  /**
   * How to train.
   *
   * @param steps optimizer steps
   * @param batchSize pairs a step, even
   * @param learningRate peak rate; it falls along a cosine to 1% of it
   * @param weightDecay AdamW's decay of weights
   * @param seed seed of weights, scenes and captions
   */
  public record Options(
      int steps, int batchSize, double learningRate, double weightDecay, long seed) {}

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
   * @param file safetensors file to write at the end
   * @param listener told of every step
   */
  void train(SceneBatches batches, Path file, Consumer<Progress> listener) {
    TorchRuntime.initialize(1, options.seed);
    try (Parameters parameters = Parameters.random(options.seed)) {
      ClipNetwork network = new ClipNetwork(config, parameters);
      try (TowerWorker first = new TowerWorker();
          TowerWorker second = new TowerWorker()) {
        List<TowerWorker> workers = List.of(first, second);
        TensorVector trained =
            new TensorVector(parameters.tensors().values().toArray(Tensor[]::new));
        AdamW optimizer = optimizer(trained);
        for (int step = 0; step < options.steps; step++) {
          optimizer.param_groups().get(0).options().set_lr(learningRate(step));
          Batch batch = batches.next();
          int done = step + 1;
          listener.accept(
              TorchRuntime.step(() -> step(network, workers, trained, optimizer, batch, done)));
        }
      }
      Safetensors.Writer writer = new Safetensors.Writer(DataType.F16);
      parameters.addTo(writer);
      writer.write(file);
    }
  }

  private AdamW optimizer(TensorVector trained) {
    AdamWOptions adam = new AdamWOptions(options.learningRate);
    adam.weight_decay().put(options.weightDecay);
    adam.betas().put(0, 0.9);
    adam.betas().put(1, 0.98);
    return new AdamW(trained, adam);
  }

  private Progress step(
      ClipNetwork network,
      List<TowerWorker> workers,
      TensorVector trained,
      AdamW optimizer,
      Batch batch,
      int done) {
    optimizer.zero_grad();
    int rows = options.batchSize / workers.size();
    List<CompletableFuture<TowerWorker.Pair>> parts = new ArrayList<>();
    for (int i = 0; i < workers.size(); i++) {
      parts.add(encode(network, workers.get(i), batch, i * rows, rows));
    }
    Result contrast = contrast(parts.stream().map(CompletableFuture::join).toList());
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < workers.size(); i++) {
      ends.add(workers.get(i).backward(part(contrast.gradients, i * rows, rows)));
    }
    ends.forEach(CompletableFuture::join);
    torch.clip_grad_norm_(trained, MAX_GRADIENT_NORM);
    optimizer.step();
    return new Progress(done, contrast.loss, contrast.accuracy);
  }

  private CompletableFuture<TowerWorker.Pair> encode(
      ClipNetwork network, TowerWorker worker, Batch batch, int from, int rows) {
    int length = batch.pixels().length / options.batchSize;
    int edge = config.vision().imageSize();
    float[] pixels = Arrays.copyOfRange(batch.pixels(), from * length, (from + rows) * length);
    List<long[]> captions = batch.captions().subList(from, from + rows);
    return worker.encode(
        () ->
            TorchRuntime.withBfloat16(
                true, () -> network.image(Tensors.of(pixels, rows, 3, edge, edge))),
        () -> TorchRuntime.withBfloat16(true, () -> network.text(captions)));
  }

  private TowerWorker.Pair part(TowerWorker.Pair whole, int from, int rows) {
    int dim = config.projectionDim();
    return new TowerWorker.Pair(
        Arrays.copyOfRange(whole.images(), from * dim, (from + rows) * dim),
        Arrays.copyOfRange(whole.texts(), from * dim, (from + rows) * dim));
  }

  /** The loss of a whole batch, and its gradients by the features. */
  private record Result(double loss, double accuracy, TowerWorker.Pair gradients) {}

  private Result contrast(List<TowerWorker.Pair> parts) {
    Tensor images = features(parts.stream().map(TowerWorker.Pair::images).toList());
    Tensor texts = features(parts.stream().map(TowerWorker.Pair::texts).toList());
    Contrast contrast = Contrast.of(images, texts, Tensors.of(new float[] {LOGIT_SCALE}, 1));
    contrast.loss().backward();
    TowerWorker.Pair gradients =
        new TowerWorker.Pair(Tensors.toFloats(images.grad()), Tensors.toFloats(texts.grad()));
    return new Result(contrast.loss().item_float(), contrast.accuracy().item_float(), gradients);
  }

  private Tensor features(List<float[]> parts) {
    float[] all = Floats.concat(parts.toArray(new float[0][]));
    return Tensors.of(all, options.batchSize, config.projectionDim()).set_requires_grad(true);
  }

  private double learningRate(int step) {
    double warm = Math.min(1, (step + 1.0) / WARM_UP_STEPS);
    double cosine = 0.5 * (1 + Math.cos(Math.PI * step / options.steps));
    return options.learningRate * warm * (0.01 + 0.99 * cosine);
  }
}
