package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.github.close4j.embedding.EmbeddingBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What adapters give, bit for bit: SHA-256 of 21 rows, in golden/bits.tsv, which commit cb5ddfb of
 * this project made. Training runs that were recorded then are repeated only by these bits.
 */
class AdapterBitsTest {
  private static final int ROWS = 21;

  @Test
  void bitsNeverChange() throws IOException {
    List<String> lines = Files.readAllLines(GoldenFiles.path("golden/bits.tsv"));
    assertEquals(120, lines.size());
    int dimension = 0;
    Map<String, ModalityAdapter> adapters = Map.of();
    for (String line : lines) {
      String[] columns = line.split("\t");
      if (Integer.parseInt(columns[2]) != dimension) {
        dimension = Integer.parseInt(columns[2]);
        adapters = adapters(dimension);
        assertEquals(15, adapters.size());
      }
      ModalityAdapter adapter = adapters.get(columns[0]);
      EmbeddingBatch batch = Rows.unit(ROWS, dimension, 1);
      if (columns[1].equals("training")) {
        adapter.adaptForTraining(batch, Rows.noise(ROWS));
      } else {
        adapter.adaptForEvaluation(batch);
      }
      assertEquals(columns[3], sha256(batch), line);
    }
  }

  private static Map<String, ModalityAdapter> adapters(int dimension) {
    float[] vector = Rows.gaussian(dimension, 0.05, 2);
    float[] matrix = Rows.gaussian(dimension * dimension, 0.3, 4);
    MeanShift shift = new MeanShift(vector).times(-0.7);
    MeanShift affineShift = shift.withoutNormalization();
    MeanShift random = MeanShift.randomDirection(dimension, 0.8, 9);
    LinearAdapter linear = new LinearAdapter(matrix, vector);
    LinearAdapter affine = linear.withoutNormalization();
    CovarianceNoise covariance =
        new CovarianceNoise(vector, Rows.lowerTriangular(dimension, 0.02, 7));
    CovarianceNoise trainingOnly = covariance.times(3).trainingOnly();
    GaussianNoise four = new GaussianNoise(0.04);
    GaussianNoise eight = new GaussianNoise(0.08);
    Map<String, ModalityAdapter> adapters = new LinkedHashMap<>();
    adapters.put("gaussian", new GaussianNoise(0.12));
    adapters.put("shift", shift);
    adapters.put("shift, noise", shift.then(eight));
    adapters.put("shift affine", affineShift);
    adapters.put("shift affine, noise", affineShift.then(eight));
    adapters.put("random shift, noise", random.then(four));
    adapters.put("random shift affine, noise", random.withoutNormalization().then(four));
    adapters.put("linear", linear);
    adapters.put("linear, noise", linear.then(eight));
    adapters.put("linear affine", affine);
    adapters.put("linear affine, noise", affine.then(eight));
    adapters.put(
        "mean removal, noise", new MeanShift(vector).times(-1).then(new GaussianNoise(0.1)));
    adapters.put("covariance", covariance.times(0.7));
    adapters.put("covariance training only", trainingOnly);
    adapters.put("covariance training only, noise", trainingOnly.then(four));
    return adapters;
  }

  private static String sha256(EmbeddingBatch batch) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (float value : batch.values()) {
      // The hasher is little-endian, the file's digests are of big-endian bytes.
      hasher.putInt(Integer.reverseBytes(Float.floatToRawIntBits(value)));
    }
    return hasher.hash().toString();
  }
}
