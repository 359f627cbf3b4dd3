package io.github.close4j.training;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.FloatTensor;
import io.github.close4j.training.internal.network.CaptionNetwork;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has to be the same for a run to go on from a checkpoint, in words and hashes. */
final class Fingerprint {
  private Fingerprint() {}

  /** {@code vectors} of the run's examples, not yet adapted; the network untrained. */
  static Map<String, String> of(
      CaptionTraining training, TrainingRun run, EmbeddingBatch vectors, CaptionNetwork network) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("options", training.options().toString());
    map.put("captioner", training.config().toString());
    map.put("examples", TextHash.sha256(run.examples()));
    map.put("vectors", hash(vectors.values()));
    map.put("adapter", adapter(training.adapter(), vectors));
    map.put("initialWeights", initialWeights(network));
    map.put("validation", validation(run.validation()));
    return map;
  }

  private static String hash(float[] values) {
    Hasher hasher = Hashing.murmur3_128().newHasher();
    put(hasher, values);
    return hasher.hash().toString();
  }

  private static void put(Hasher hasher, float[] values) {
    for (float value : values) {
      hasher.putFloat(value);
    }
  }

  /** Its name, and a hash of what it makes of the first example, on which its numbers show. */
  private static String adapter(ModalityAdapter adapter, EmbeddingBatch vectors) {
    EmbeddingBatch first = EmbeddingBatch.allocate(1, vectors.dimension());
    System.arraycopy(vectors.values(), 0, first.values(), 0, vectors.dimension());
    adapter.adaptForTraining(first, ExampleNoise.of(0, 0, new long[] {0}));
    return adapter + " " + hash(first.values());
  }

  private static String initialWeights(CaptionNetwork network) {
    Hasher hasher = Hashing.murmur3_128().newHasher();
    for (Map<String, FloatTensor> part :
        Arrays.asList(network.exportPrefix(), network.exportT5())) {
      part.values().forEach(tensor -> put(hasher, tensor.values()));
    }
    return hasher.hash().toString();
  }

  private static String validation(@Nullable Validation validation) {
    return validation == null
        ? "none"
        : TextHash.sha256(validation.examples()) + " by " + validation.bestBy();
  }
}
