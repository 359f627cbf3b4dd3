package io.github.close4j.training;

import io.github.close4j.internal.tensor.SafetensorsWriter;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.network.GreedyDecoder;
import io.github.close4j.training.internal.network.NetworkInput;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import io.github.close4j.training.internal.torch.TorchWorkers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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

  /** The parameters that each worker sums up and changes; of about equal size. */
  private final List<ParameterShare> shares;

  TrainingStep(CaptionNetwork network, TrainingOptions options) {
    this.options = options;
    workers = new TorchWorkers(options.threads());
    networks.add(network);
    while (networks.size() < workers.count()) {
      networks.add(network.replica());
    }
    shares = ParameterShare.of(networks, workers.count(), options.weightDecay());
  }

  /** Adds AdamW's state to a checkpoint in the making. */
  void addTo(SafetensorsWriter writer) {
    shares.forEach(share -> share.optimizer().addTo(writer));
  }

  /** Takes AdamW's state of a checkpoint over. */
  void load(TensorSource checkpoint, long stepsTaken) {
    shares.forEach(share -> share.optimizer().load(checkpoint, stepsTaken));
  }

  /** Parts that a batch should come in. */
  int parts() {
    return workers.count();
  }

  /** The loss of a step and the norm of all its gradients together. */
  record Gradient(double loss, double norm) {
    boolean isFinite() {
      return Double.isFinite(loss) && Double.isFinite(norm);
    }
  }

  /**
   * The loss of batches, the mean cross-entropy over the target tokens of all of them together, and
   * the norm of its gradients, which are kept for {@link #apply}.
   *
   * @param batches batch after batch, each in parts
   * @param dropoutSeed fixes what is dropped
   */
  Gradient accumulate(List<List<NetworkInput>> batches, long dropoutSeed) {
    long tokens = tokens(batches);
    networks.forEach(network -> network.setTraining(true));
    onShares(ParameterShare::clear);
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
    double squares = 0;
    for (double share : onShares(ParameterShare::sumUp)) {
      squares += share;
    }
    return new Gradient(loss, Math.sqrt(squares));
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

  /** Changes the weights by the gradients that {@link #accumulate} left. */
  void apply(Gradient gradient, double learningRate) {
    onShares(share -> share.change(gradient.norm(), options.maxGradientNorm(), learningRate));
  }

  private <T> List<T> onShares(Function<ParameterShare, T> action) {
    List<Supplier<T>> tasks = new ArrayList<>();
    shares.forEach(share -> tasks.add(() -> action.apply(share)));
    return workers.run(tasks);
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

  /** What the network says of each part's examples, part after part. */
  List<List<long[]>> generate(List<NetworkInput> parts, int maxTokens) {
    networks.forEach(network -> network.setTraining(false));
    List<Supplier<List<long[]>>> tasks = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      NetworkInput part = parts.get(i);
      CaptionNetwork network = networks.get(i);
      tasks.add(() -> GreedyDecoder.decode(network, part, maxTokens));
    }
    return workers.run(tasks);
  }

  /** Leaves the network with its last gradients. */
  @Override
  @SuppressWarnings("try") // the scope frees what is made within it
  public void close() {
    workers.close();
    networks.get(0).setTraining(false);
    try (PointerScope scope = new PointerScope()) {
      networks.stream().skip(1).forEach(CaptionNetwork::close);
      shares.forEach(share -> share.optimizer().close());
    }
  }
}
