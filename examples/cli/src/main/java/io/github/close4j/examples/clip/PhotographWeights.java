package io.github.close4j.examples.clip;

import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.training.internal.torch.FusedAdamW;
import io.github.close4j.training.internal.torch.Parameters;
import io.github.close4j.training.internal.torch.Tensors;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * The weights of a {@link PhotographNetwork} in training, with what their optimizers remember and
 * their running mean; kept and put back bit for bit.
 */
final class PhotographWeights implements AutoCloseable {
  /** Multiplies cosines; as its logarithm, as in CLIP. */
  private static final String LOG_SCALE = "log_logit_scale";

  private static final double HEAD_WEIGHT_DECAY = 0.05;
  private static final double BACKBONE_WEIGHT_DECAY = 0.01;
  private static final double AVERAGE_DECAY = 0.99;
  private static final double LARGEST_LOGIT_SCALE = 100;
  private static final String STEPS = "steps";
  private static final String RUN = "run";

  private final Parameters parameters;
  private final PhotographNetwork network;
  private final Tensor logScale;
  private final FusedAdamW backbone;
  private final FusedAdamW heads;
  private final FusedAdamW scale;
  private final AveragedWeights average;
  private int steps;

  /**
   * Random weights, but for the backbone's.
   *
   * @param backbone weights of {@link io.github.close4j.examples.backbone.EfficientNetLite#folded}
   * @param frozen how many of the backbone's first convolutions stay as they are
   */
  PhotographWeights(
      PhotographClipShape shape, Map<String, float[]> backbone, int frozen, long seed) {
    parameters = Parameters.random(seed);
    network = new PhotographNetwork(shape, parameters);
    network.backbone().set(backbone);
    Set<String> constants = constants(shape, frozen);
    Map<String, Tensor> ofBackbone = new LinkedHashMap<>();
    Map<String, Tensor> ofHeads = new LinkedHashMap<>();
    parameters
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (constants.contains(name)) {
                tensor.set_requires_grad(false);
              } else {
                boolean isBackbone = name.startsWith(PhotographClipShape.BACKBONE);
                (isBackbone ? ofBackbone : ofHeads).put(name, tensor);
              }
            });
    this.backbone = new FusedAdamW(ofBackbone, BACKBONE_WEIGHT_DECAY);
    heads = new FusedAdamW(ofHeads, HEAD_WEIGHT_DECAY);
    logScale = parameters.declare(LOG_SCALE, 0, 0, 1);
    scale = new FusedAdamW(Map.of(LOG_SCALE, logScale), 0);
    average = new AveragedWeights(parameters.tensors(), AVERAGE_DECAY);
  }

  private static Set<String> constants(PhotographClipShape shape, int frozen) {
    Set<String> names =
        new HashSet<>(
            Set.of(PhotographClipShape.FEATURE_MEAN, PhotographClipShape.FEATURE_STD_DEV));
    shape.backbone().convolutions().subList(0, frozen).stream()
        .map(convolution -> PhotographClipShape.BACKBONE + convolution.name())
        .forEach(
            name -> {
              names.add(name + ".weight");
              names.add(name + ".bias");
            });
    return names;
  }

  PhotographNetwork network() {
    return network;
  }

  /** What cosines are multiplied with [1]. */
  Tensor scale() {
    return logScale.exp();
  }

  /** 1 / {@link #scale}. */
  void setTemperature(double temperature) {
    Tensors.set(logScale, new float[] {(float) -Math.log(temperature)});
  }

  int steps() {
    return steps;
  }

  void clearGradients() {
    parameters
        .tensors()
        .values()
        .forEach(
            tensor -> {
              if (tensor.grad().defined()) {
                tensor.mutable_grad().zero_();
              }
            });
  }

  /**
   * Changes the weights by their gradients.
   *
   * @param rate AdamW's rate of all but the backbone
   * @param backboneRate the backbone's; 0 leaves it as it is
   * @param learnsScale whether the scale is changed too
   */
  void step(double rate, double backboneRate, boolean learnsScale) {
    heads.step(rate);
    backbone.step(backboneRate);
    if (learnsScale) {
      scale.step(rate);
      float log = Tensors.toFloats(logScale)[0];
      Tensors.set(logScale, new float[] {(float) Math.min(log, Math.log(LARGEST_LOGIT_SCALE))});
    }
    steps++;
    average.add(steps);
  }

  /** The running mean of a weight. */
  float[] averaged(String name) {
    return average.get(name);
  }

  /** Writes all of it, with a text that tells this run from others. */
  void keep(Path file, String run) {
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    parameters.addTo(writer);
    average.addTo(writer);
    heads.addTo(writer);
    backbone.addTo(writer);
    scale.addTo(writer);
    writer.metadata(STEPS, Integer.toString(steps)).metadata(RUN, run).write(file);
  }

  /**
   * Puts back what was {@linkplain #keep kept}, if it is of the same run.
   *
   * @return whether it is
   */
  boolean restore(Path file, String run) {
    Safetensors stored = Safetensors.open(file);
    if (!run.equals(stored.metadata().get(RUN))) {
      return false;
    }
    steps = Integer.parseInt(stored.metadata().getOrDefault(STEPS, "0"));
    parameters
        .tensors()
        .forEach((name, tensor) -> Tensors.set(tensor, Tensors.stored(stored, name, tensor)));
    average.load(stored);
    heads.load(stored, steps);
    backbone.load(stored, steps);
    scale.load(stored, steps);
    return true;
  }

  @Override
  public void close() {
    average.close();
    scale.close();
    heads.close();
    backbone.close();
    parameters.close();
  }
}
