package io.github.close4j.training.internal.loop;

import com.google.common.collect.Lists;
import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.internal.network.CaptionNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Examples, tokenized once, and their vectors: says which of them make the steps of an epoch, and
 * makes of some of them what the network reads.
 */
public final class ExampleBatches {
  /** Batches whose examples are sorted by length together; more pad less, and mix less. */
  private static final int BATCHES_A_BUCKET = 64;

  private final List<TrainingExample> examples;
  private final List<Encoded> encoded;
  private final EmbeddingBatch vectors;
  private final ModalityAdapter adapter;
  private final T5Config t5;

  /** An example with its texts as token ids. */
  private record Encoded(List<long[]> text, List<long[]> targets) {}

  /** The examples of one step by their numbers, batch after batch. */
  public record StepRows(List<List<Integer>> batches) {}

  /** {@code vectors} has a row an example. */
  public ExampleBatches(
      List<TrainingExample> examples,
      EmbeddingBatch vectors,
      ModalityAdapter adapter,
      T5Config t5,
      TextTokenizer tokenizer) {
    this.examples = examples;
    this.encoded = examples.stream().map(example -> encode(example, tokenizer)).toList();
    this.vectors = vectors;
    this.adapter = adapter;
    this.t5 = t5;
  }

  private static Encoded encode(TrainingExample example, TextTokenizer tokenizer) {
    String text = example.text();
    List<long[]> beside = text == null ? List.of() : List.of(tokenizer.encode(text));
    // Targets are lower-cased, nothing else is.
    List<String> targets =
        example.targets().stream().map(target -> target.toLowerCase(Locale.ROOT)).toList();
    return new Encoded(beside, tokenizer.encode(targets));
  }

  int size() {
    return encoded.size();
  }

  List<TrainingExample> examples() {
    return examples;
  }

  /** The targets of each example, as tokens. */
  List<List<List<Long>>> targets() {
    return encoded.stream()
        .map(
            example ->
                example.targets().stream().map(ids -> Arrays.stream(ids).boxed().toList()).toList())
        .toList();
  }

  /** The steps of an epoch, which depend on the options and the epoch's number alone. */
  List<StepRows> epoch(TrainingOptions options, int epoch) {
    int size = options.batchSize();
    List<List<Integer>> batches =
        options.lengthBucketed()
            ? batchesByLength(lengths(), size, options.seed(), epoch)
            : batches(size(), size, options.seed(), epoch);
    return Lists.partition(batches, options.accumulation()).stream().map(StepRows::new).toList();
  }

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

  /** What padding depends on: tokens beside the vector and of the longest target. */
  private int[] lengths() {
    return encoded.stream()
        .mapToInt(example -> longest(example.text()) + longest(example.targets()))
        .toArray();
  }

  private static int longest(List<long[]> rows) {
    return rows.stream().mapToInt(row -> row.length).max().orElse(0);
  }

  /** Parts of a batch that are computed side by side, each a like mixture. */
  static List<List<Integer>> parts(List<Integer> batch, int count) {
    int used = Math.min(count, batch.size());
    return IntStream.range(0, used)
        .mapToObj(
            part ->
                IntStream.range(0, batch.size())
                    .filter(i -> i % used == part)
                    .mapToObj(batch::get)
                    .toList())
        .toList();
  }

  /** A batch to learn from, its vectors adapted with the noise of that epoch. */
  CaptionNetwork.Input forTraining(List<Integer> rows, long seed, int epoch) {
    EmbeddingBatch batch = vectors(rows);
    long[] ids = rows.stream().mapToLong(Integer::longValue).toArray();
    adapter.adaptForTraining(batch, ExampleNoise.of(seed, epoch, ids));
    return input(rows, batch, Integer.MAX_VALUE);
  }

  /** A batch to be judged on. */
  CaptionNetwork.Input forEvaluation(List<Integer> rows) {
    EmbeddingBatch batch = vectors(rows);
    adapter.adaptForEvaluation(batch);
    return input(rows, batch, Integer.MAX_VALUE);
  }

  /** A batch to speak about: with one target an example, which is not to be read. */
  CaptionNetwork.Input forGeneration(List<Integer> rows) {
    EmbeddingBatch batch = vectors(rows);
    adapter.adaptForEvaluation(batch);
    return input(rows, batch, 1);
  }

  private CaptionNetwork.Input input(List<Integer> rows, EmbeddingBatch batch, int maxTargets) {
    List<long[]> texts = new ArrayList<>();
    List<long[]> targets = new ArrayList<>();
    List<Long> exampleOfTarget = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      Encoded example = encoded.get(rows.get(row));
      List<long[]> some =
          example.targets().subList(0, Math.min(maxTargets, example.targets().size()));
      texts.addAll(example.text());
      targets.addAll(some);
      exampleOfTarget.addAll(Collections.nCopies(some.size(), (long) row));
    }
    return new CaptionNetwork.Input(
        batch.values(),
        rows.size(),
        texts,
        exampleOfTarget.stream().mapToLong(Long::longValue).toArray(),
        targets,
        t5);
  }

  private EmbeddingBatch vectors(List<Integer> rows) {
    int dimension = vectors.dimension();
    EmbeddingBatch batch = EmbeddingBatch.allocate(rows.size(), dimension);
    for (int row = 0; row < rows.size(); row++) {
      System.arraycopy(
          vectors.values(), rows.get(row) * dimension, batch.values(), row * dimension, dimension);
    }
    return batch;
  }
}
