package io.github.close4j.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The order of examples in an epoch: a permutation that depends on seed and epoch alone. */
final class ExampleOrder {
  private ExampleOrder() {}

  /** Batches of example numbers; the last may be smaller. */
  static List<List<Integer>> batches(int examples, int batchSize, long seed, int epoch) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < examples; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed * 1_000_003 + epoch));
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < examples; from += batchSize) {
      batches.add(order.subList(from, Math.min(from + batchSize, examples)));
    }
    return batches;
  }
}
