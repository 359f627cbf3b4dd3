package io.github.close4j.training;

import io.github.close4j.training.network.CaptionNetwork;
import io.github.close4j.training.network.NetworkInput;
import io.github.close4j.training.torch.FusedAdamW;
import io.github.close4j.training.torch.Gradients;
import io.github.close4j.training.torch.Tensors;
import io.github.close4j.training.torch.TorchRuntime;
import io.github.close4j.training.torch.TorchWorkers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Computes losses, gradients and changes of the weights. A batch comes in parts, one for each
 * worker; each worker has a replica of the network, and gradients are summed in a fixed order, so
 * that a step gives the same bits each time.
 */
final class TrainingStep implements AutoCloseable {
  /** at::Reduction::Sum. */
  private static final long SUM = 2;

  private static final long NO_LABEL = NetworkInput.IGNORED;

  private final TrainingOptions options;
  private final TorchWorkers workers;

  /** The network itself, then its replicas. */
  private final List<CaptionNetwork> networks = new ArrayList<>();

  private final List<List<Tensor>> parameters;
  private final FusedAdamW optimizer;

  TrainingStep(CaptionNetwork network, TrainingOptions options) {
    this.options = options;
    workers = new TorchWorkers(options.threads());
    networks.add(network);
    while (networks.size() < workers.count()) {
      networks.add(network.replica());
    }
    parameters = networks.stream().map(n -> List.copyOf(n.parameters().values())).toList();
    optimizer = new FusedAdamW(network.parameters(), options.weightDecay());
  }

  FusedAdamW optimizer() {
    return optimizer;
  }

  /** Parts that a batch should come in. */
  int parts() {
    return workers.count();
  }

  /**
   * The loss of batches, and its gradients: the mean cross-entropy over the target tokens of all of
   * them together.
   *
   * @param batches batch after batch, each in parts
   * @param dropoutSeed fixes what is dropped
   */
  double accumulate(List<List<NetworkInput>> batches, long dropoutSeed) {
    long tokens = tokens(batches);
    networks.forEach(network -> network.setTraining(true));
    parameters.forEach(Gradients::clear);
    double loss = 0;
    long seed = dropoutSeed;
    for (List<NetworkInput> parts : batches) {
      List<Supplier<Double>> tasks = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        NetworkInput part = parts.get(i);
        CaptionNetwork network = networks.get(i);
        network.seedDropout(seed++);
        tasks.add(() -> backward(network, part, tokens));
      }
      for (double share : workers.run(tasks)) {
        loss += share;
      }
    }
    parameters.stream().skip(1).forEach(replica -> Gradients.add(parameters.get(0), replica));
    return loss;
  }

  static long tokens(List<List<NetworkInput>> batches) {
    return batches.stream().flatMap(List::stream).mapToLong(NetworkInput::targetTokens).sum();
  }

  private double backward(CaptionNetwork network, NetworkInput part, long tokens) {
    Tensor share = crossEntropy(network, part).div(Tensors.scalar(tokens));
    share.backward();
    return share.item_float();
  }

  /** The sum over the part's target tokens, in nats. */
  private Tensor crossEntropy(CaptionNetwork network, NetworkInput part) {
    Tensor logits = TorchRuntime.withBfloat16(options.bfloat16(), () -> network.tokenLogits(part));
    long[] tokens = part.tokens();
    return torch.cross_entropy_loss(
        logits.to(ScalarType.Float),
        Tensors.of(tokens, tokens.length),
        new TensorOptional(),
        SUM,
        NO_LABEL,
        0);
  }

  double gradientNorm() {
    return Gradients.norm(parameters.get(0));
  }

  /** Changes the weights by the gradients that {@link #accumulate} left. */
  void apply(double gradientNorm, double learningRate) {
    Gradients.clip(parameters.get(0), gradientNorm, options.maxGradientNorm());
    optimizer.step(learningRate);
  }

  /** The sum of the cross-entropy over the target tokens of a batch, without dropout. */
  @SuppressWarnings("try") // the guard turns gradients off within it
  double evaluate(List<NetworkInput> parts) {
    networks.forEach(network -> network.setTraining(false));
    List<Supplier<Double>> tasks = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      NetworkInput part = parts.get(i);
      CaptionNetwork network = networks.get(i);
      tasks.add(
          () -> {
            try (NoGradGuard guard = new NoGradGuard()) {
              return crossEntropy(network, part).item_double();
            }
          });
    }
    return workers.run(tasks).stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Leaves the network with its last gradients. */
  @Override
  @SuppressWarnings("try") // the scope frees what is made within it
  public void close() {
    workers.close();
    networks.get(0).setTraining(false);
    try (PointerScope scope = new PointerScope()) {
      networks.stream().skip(1).forEach(CaptionNetwork::close);
      optimizer.close();
    }
  }
}
