package io.github.close4j.training.internal.loop;

import com.google.common.collect.Iterables;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.torch.Tensors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What has to be the same for a run to go on from a checkpoint, in words and hashes. An adapter is
 * known by what it does, not by what it is called: an object's own name changes from process to
 * process.
 */
public final class Fingerprint {
  private static final int PROBED_ROWS = 8;
  private static final int PROBED_EPOCHS = 3;

  /**
   * What changes from process to process in the names that Java gives: what {@link Object#toString}
   * puts behind a class's name, and the number and address of a lambda's class before it.
   */
  private static final Pattern OF_THIS_PROCESS =
      Pattern.compile("(?<=\\$\\$Lambda)[$/][\\w$/]*|(?<=[\\w$])@[0-9a-f]{1,8}\\b(?!\\.)");

  private Fingerprint() {}

  /** {@code vectors} of the examples, not yet adapted; the network untrained. */
  public static Map<String, String> of(
      TrainingOptions options,
      List<TrainingExample> examples,
      EmbeddingBatch vectors,
      ModalityAdapter adapter,
      CaptionNetwork network,
      @Nullable List<TrainingExample> heldOut,
      @Nullable String bestBy) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("options", options.toString());
    map.put("captioner", network.config().toString());
    map.put("examples", sha256(examples));
    map.put("vectors", hash(List.of(vectors.values())));
    map.put("adapter", adapter(adapter, vectors));
    map.put(
        "initialWeights",
        hash(Iterables.transform(network.parameters().values(), Tensors::toFloats)));
    map.put("validation", heldOut == null ? "none" : sha256(heldOut) + " by " + bestBy);
    return map;
  }

  private static String hash(Iterable<float[]> arrays) {
    Hasher hasher = Hashing.murmur3_128().newHasher();
    for (float[] values : arrays) {
      for (float value : values) {
        hasher.putFloat(value);
      }
    }
    return hasher.hash().toString();
  }

  /** A hash of what an adapter makes of the first examples in some epochs, and in evaluation. */
  static String adapter(ModalityAdapter adapter, EmbeddingBatch vectors) {
    int rows = Math.min(PROBED_ROWS, vectors.rows());
    EmbeddingBatch[] adapted = new EmbeddingBatch[PROBED_EPOCHS + 1];
    for (int epoch = 0; epoch <= PROBED_EPOCHS; epoch++) {
      adapted[epoch] = EmbeddingBatch.allocate(rows, vectors.dimension());
      System.arraycopy(vectors.values(), 0, adapted[epoch].values(), 0, rows * vectors.dimension());
      if (epoch < PROBED_EPOCHS) {
        long[] ids = LongStream.range(0, rows).toArray();
        adapter.adaptForTraining(adapted[epoch], ExampleNoise.of(0, epoch, ids));
      } else {
        adapter.adaptForEvaluation(adapted[epoch]);
      }
    }
    return hash(Arrays.stream(adapted).map(EmbeddingBatch::values).toList());
  }

  /** What an adapter calls itself; an adapter without a {@code toString} is called by its class. */
  public static String name(ModalityAdapter adapter) {
    return OF_THIS_PROCESS.matcher(adapter.toString()).replaceAll("");
  }

  /** SHA-256 of all that examples are made of, in their order, in hexadecimal. */
  public static String sha256(List<TrainingExample> examples) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (TrainingExample example : examples) {
      String text = example.text();
      put(hasher, example.clipTexts());
      put(hasher, text == null ? List.of() : List.of(text));
      put(hasher, example.targets());
    }
    return hasher.hash().toString();
  }

  /** Adds texts to a hash; where one ends and the next begins counts. */
  static void put(Hasher hasher, List<String> texts) {
    hasher.putInt(texts.size());
    texts.forEach(text -> hasher.putInt(text.length()).putString(text, StandardCharsets.UTF_8));
  }
}
