package io.github.close4j.training.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class ExampleBatchesTest {

  @Property(tries = 200)
  void anEpochSeesEveryExampleOnce(
      @ForAll @IntRange(min = 1, max = 300) int examples,
      @ForAll @IntRange(min = 1, max = 50) int batchSize,
      @ForAll long seed,
      @ForAll @IntRange(max = 20) int epoch) {
    List<List<Integer>> batches = ExampleBatches.batches(examples, batchSize, seed, epoch);

    assertEquals((examples + batchSize - 1) / batchSize, batches.size());
    assertEquals(
        IntStream.range(0, examples).boxed().toList(),
        batches.stream().flatMap(List::stream).sorted().toList());
    for (List<Integer> batch : batches.subList(0, batches.size() - 1)) {
      assertEquals(batchSize, batch.size());
    }
  }

  @Test
  void seedAndEpochFixTheOrder() {
    List<List<Integer>> first = ExampleBatches.batches(100, 8, 5, 1);
    assertEquals(first, ExampleBatches.batches(100, 8, 5, 1));
    assertNotEquals(first, ExampleBatches.batches(100, 8, 5, 2));
    assertNotEquals(first, ExampleBatches.batches(100, 8, 6, 1));
  }

  @Property(tries = 200)
  void bucketsHoldEveryExampleOnce(
      @ForAll @IntRange(min = 1, max = 500) int examples,
      @ForAll @IntRange(min = 1, max = 40) int batchSize,
      @ForAll long seed,
      @ForAll @IntRange(max = 20) int epoch) {
    int[] lengths = new SplittableRandom(seed).ints(examples, 1, 30).toArray();

    List<List<Integer>> batches = ExampleBatches.batchesByLength(lengths, batchSize, seed, epoch);

    assertEquals(batches, ExampleBatches.batchesByLength(lengths, batchSize, seed, epoch));
    assertEquals(
        IntStream.range(0, examples).boxed().toList(),
        batches.stream().flatMap(List::stream).sorted().toList());
    assertTrue(batches.stream().filter(batch -> batch.size() != batchSize).count() <= 1);
  }

  /** Of whole batches: a smaller one may happen to hold the shortest examples when unsorted. */
  @Property(tries = 200)
  void bucketsPadLess(
      @ForAll @IntRange(min = 1, max = 30) int count,
      @ForAll @IntRange(min = 1, max = 40) int batchSize,
      @ForAll long seed,
      @ForAll @IntRange(max = 20) int epoch) {
    int examples = count * batchSize;
    int[] lengths = new SplittableRandom(seed).ints(examples, 1, 30).toArray();
    assertTrue(
        padded(ExampleBatches.batchesByLength(lengths, batchSize, seed, epoch), lengths)
            <= padded(ExampleBatches.batches(examples, batchSize, seed, epoch), lengths));
  }

  /** Positions of all batches, padding included. */
  private static int padded(List<List<Integer>> batches, int[] lengths) {
    return batches.stream()
        .mapToInt(b -> b.size() * b.stream().mapToInt(i -> lengths[i]).max().orElse(0))
        .sum();
  }
}
