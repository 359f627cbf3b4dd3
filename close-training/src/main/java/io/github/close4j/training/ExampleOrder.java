package io.github.close4j.training;

import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** The order of examples in an epoch: a permutation that depends on seed and epoch alone. */
final class ExampleOrder {
  /** Batches whose examples are sorted by length together; more pad less, and mix less. */
  private static final int BATCHES_A_BUCKET = 64;

  private ExampleOrder() {}

  /** Batches of example numbers; the last may be smaller. */
  static List<List<Integer>> batches(int examples, int batchSize, long seed, int epoch) {
    return Lists.partition(permutation(examples, random(seed, epoch)), batchSize);
  }

  /** Batches of examples of like length, in random order; one of them may be smaller. */
  static List<List<Integer>> batchesByLength(int[] lengths, int batchSize, long seed, int epoch) {
    Random random = random(seed, epoch);
    List<Integer> order = permutation(lengths.length, random);
    for (List<Integer> bucket :
        Lists.partition(order, Math.multiplyExact(batchSize, BATCHES_A_BUCKET))) {
      bucket.sort(Comparator.comparingInt(example -> lengths[example]));
    }
    List<List<Integer>> batches = new ArrayList<>(Lists.partition(order, batchSize));
    Collections.shuffle(batches, random);
    return batches;
  }

  private static List<Integer> permutation(int examples, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < examples; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    return order;
  }

  private static Random random(long seed, int epoch) {
    return new Random(seed * 1_000_003 + epoch);
  }
}
