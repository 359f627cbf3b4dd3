package io.github.close4j.examples.clip;

import io.github.close4j.examples.clip.PhotographBatches.Batch;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains {@link PhotographNetwork}: pictures against their captions, captions against other
 * captions of the same picture, and the same with captions of pictures that nobody has, which teach
 * the text tower words.
 *
 * <p>As in {@link ClipTrainer} a batch is encoded in two parts, each on a thread of its own.
 */
public final class PhotographTrainer {
  private static final int WORKERS = 2;
  private static final int WARM_UP_STEPS = 100;
  private static final double TEXT_SHARE = 0.5;

  /** Where a learned temperature begins. */
  static final double FIRST_TEMPERATURE = 0.05;

  /**
   * How to train.
   *
   * @param epochs passes over the pictures
   * @param batchSize pictures a step, even
   * @param learningRate peak rate of all but the backbone; falls to 0 along a cosine
   * @param backboneLearningRate peak rate of the backbone
   * @param frozen how many of the backbone's first convolutions stay as they are
   * @param frozenEpochs passes at the beginning in which the whole backbone stays as it is
   * @param temperature fixed temperature; learned, from 1/20 on, if there is none
   * @param seed seed of weights, batches and dropout
   */
  record Options(
      int epochs,
      int batchSize,
      double learningRate,
      double backboneLearningRate,
      int frozen,
      int frozenEpochs,
      OptionalDouble temperature,
      long seed) {}

  /**
   * One step's result.
   *
   * @param step steps done
   * @param steps steps in all
   * @param loss loss of the whole step
   * @param accuracy share of the batch's pictures whose own caption was the nearest
   * @param temperature the temperature after it
   */
  public record Progress(int step, int steps, double loss, double accuracy, double temperature) {}

  /** Told how a training goes. */
  public interface Listener {
    /**
     * Maps of pictures were computed.
     *
     * @param done pictures done
     * @param total pictures in all
     */
    void onMaps(int done, int total);

    /**
     * A step was taken.
     *
     * @param progress its result
     */
    void onStep(Progress progress);
  }

  private final Options options;
  private final PhotographWeights weights;
  private final PhotographBatches batches;

  PhotographTrainer(Options options, PhotographWeights weights, PhotographBatches batches) {
    this.options = options;
    this.weights = weights;
    this.batches = batches;
  }

  /** Takes the steps that are missing; the listener may keep the weights after each. */
  void train(Listener listener) {
    int steps = options.epochs * batches.perEpoch();
    try (TowerWorker first = new TowerWorker();
        TowerWorker second = new TowerWorker()) {
      List<TowerWorker> workers = List.of(first, second);
      while (weights.steps() < steps) {
        Batch batch = batches.get(weights.steps(), listener::onMaps);
        listener.onStep(TorchRuntime.step(() -> step(workers, batch, steps)));
      }
    }
  }

  private Progress step(List<TowerWorker> workers, Batch batch, int steps) {
    weights.clearGradients();
    List<CompletableFuture<TowerWorker.Pair>> parts = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      parts.add(encode(workers.get(i), batch, i));
    }
    Loss loss = loss(parts.stream().map(CompletableFuture::join).toList());
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      ends.add(workers.get(i).backward(loss.gradients.get(i)));
    }
    ends.forEach(CompletableFuture::join);
    int done = weights.steps();
    double rate = rate(done, steps);
    boolean trainsBackbone = done >= options.frozenEpochs * batches.perEpoch();
    weights.step(
        options.learningRate * rate,
        trainsBackbone ? options.backboneLearningRate * rate : 0,
        options.temperature.isEmpty());
    double temperature = 1 / weights.scale().item_float();
    return new Progress(done + 1, steps, loss.loss, loss.accuracy, temperature);
  }

  private CompletableFuture<TowerWorker.Pair> encode(TowerWorker worker, Batch batch, int part) {
    PhotographNetwork network = weights.network();
    int rows = options.batchSize / WORKERS;
    int length = batch.maps().length / WORKERS;
    short[] maps = Arrays.copyOfRange(batch.maps(), part * length, (part + 1) * length);
    float[] kept = part(batch.kept(), part);
    List<long[]> texts =
        Stream.of(batch.captions(), batch.others())
            .flatMap(pair -> Stream.of(pair.first(), pair.second()))
            .flatMap(list -> part(list, part).stream())
            .toList();
    return worker.encode(
        () ->
            network.image(
                network.pooled(Tensors.ofBfloat16(maps, batches.shape(rows)), options.frozen),
                Tensors.of(kept, rows, kept.length / rows)),
        () -> TorchRuntime.withBfloat16(true, () -> network.text(texts)));
  }

  private static float[] part(float[] whole, int part) {
    int length = whole.length / WORKERS;
    return Arrays.copyOfRange(whole, part * length, (part + 1) * length);
  }

  private static <T> List<T> part(List<T> whole, int part) {
    int length = whole.size() / WORKERS;
    return whole.subList(part * length, (part + 1) * length);
  }

  /** The loss of a batch, and its gradients by each worker's features. */
  private record Loss(double loss, double accuracy, List<TowerWorker.Pair> gradients) {}

  private Loss loss(List<TowerWorker.Pair> parts) {
    List<Tensor> images = parts.stream().map(part -> features(part.images())).toList();
    List<Tensor> texts = parts.stream().map(part -> features(part.texts())).toList();
    int rows = options.batchSize / WORKERS;
    List<Tensor> groups =
        IntStream.range(0, (int) texts.get(0).size(0) / rows)
            .mapToObj(
                group ->
                    Contrast.joined(
                        texts.stream().map(t -> t.narrow(0, (long) group * rows, rows))))
            .toList();
    Tensor pictures = Contrast.joined(images.stream());
    Tensor scale = weights.scale();
    Contrast own = Contrast.of(pictures, groups.get(0), scale);
    Contrast other = Contrast.of(pictures, groups.get(1), scale);
    Tensor loss = own.loss().add(other.loss()).mul(Tensors.scalar(0.5));
    for (int group = 0; group < groups.size(); group += 2) {
      Tensor ofTexts = Contrast.of(groups.get(group), groups.get(group + 1), scale).loss();
      loss = loss.add(ofTexts.mul(Tensors.scalar(TEXT_SHARE)));
    }
    loss.backward();
    List<TowerWorker.Pair> gradients =
        IntStream.range(0, WORKERS)
            .mapToObj(
                i ->
                    new TowerWorker.Pair(
                        Tensors.toFloats(images.get(i).grad()),
                        Tensors.toFloats(texts.get(i).grad())))
            .toList();
    return new Loss(loss.item_float(), own.accuracy().item_float(), gradients);
  }

  private static Tensor features(float[] values) {
    int dimension = PhotographClipShape.DIMENSION;
    return Tensors.of(values, values.length / dimension, dimension).set_requires_grad(true);
  }

  private double rate(int step, int steps) {
    double warm = Math.min(1, (step + 1.0) / WARM_UP_STEPS);
    return warm * 0.5 * (1 + Math.cos(Math.PI * step / steps));
  }
}
