package io.github.close4j.training;

import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.torch.FusedAdamW;
import io.github.close4j.training.internal.torch.Gradients;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Some of a network's parameters, with their replicas and their optimizer: what one worker takes
 * care of between two batches.
 *
 * @param parameters those of the network itself
 * @param replicas the same ones in each replica, in the same order
 * @param optimizer changes {@code parameters}
 */
record ParameterShare(
    Collection<Tensor> parameters, List<Collection<Tensor>> replicas, FusedAdamW optimizer) {

  /** Deals all parameters out, the largest first, each to the share that has the least. */
  static List<ParameterShare> of(List<CaptionNetwork> networks, int shares, double weightDecay) {
    List<Map<String, Tensor>> dealt = new ArrayList<>();
    for (int i = 0; i < shares; i++) {
      dealt.add(new LinkedHashMap<>());
    }
    long[] sizes = new long[shares];
    networks.get(0).parameters().entrySet().stream()
        .sorted(Comparator.comparingLong(entry -> -entry.getValue().numel()))
        .forEach(
            entry -> {
              int least = least(sizes);
              dealt.get(least).put(entry.getKey(), entry.getValue());
              sizes[least] += entry.getValue().numel();
            });
    return dealt.stream().map(own -> of(own, networks, weightDecay)).toList();
  }

  private static int least(long[] sizes) {
    int least = 0;
    for (int i = 1; i < sizes.length; i++) {
      least = sizes[i] < sizes[least] ? i : least;
    }
    return least;
  }

  private static ParameterShare of(
      Map<String, Tensor> own, List<CaptionNetwork> networks, double weightDecay) {
    List<Collection<Tensor>> replicas = new ArrayList<>();
    for (CaptionNetwork replica : networks.subList(1, networks.size())) {
      Map<String, Tensor> all = replica.parameters();
      replicas.add(own.keySet().stream().map(all::get).toList());
    }
    return new ParameterShare(
        List.copyOf(own.values()), replicas, new FusedAdamW(own, weightDecay));
  }

  /** Forgets all gradients. */
  boolean clear() {
    Gradients.clear(parameters);
    replicas.forEach(Gradients::clear);
    return true;
  }

  /** Adds the replicas' gradients up; returns the sum of the squares of the sums. */
  double sumUp() {
    replicas.forEach(replica -> Gradients.add(parameters, replica));
    return Gradients.squares(parameters);
  }

  /** Changes the parameters, given the norm of all gradients of all shares. */
  boolean change(double gradientNorm, double maxNorm, double learningRate) {
    Gradients.clip(parameters, gradientNorm, maxNorm);
    optimizer.step(learningRate);
    return true;
  }
}
