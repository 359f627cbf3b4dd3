package io.github.close4j.onnx.internal.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.adapter.LinearAdapter;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelDirectory;
import io.github.close4j.onnx.internal.model.PrefixConfig;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An image adapter folded into the prefix gives what applying it first would give. */
class FoldedAdapterTest {
  private static final int DIMENSION = TinyModel.CLIP_DIM;
  private static final int ROWS = 13;
  private static final float TOLERANCE = 2e-5f;

  @TempDir Path temporary;
  private final Random random = new Random(7);

  @ParameterizedTest
  @EnumSource(PrefixConfig.Kind.class)
  void foldingAShiftIsApplyingIt(PrefixConfig.Kind kind) {
    MeanShift shift = new MeanShift(gaussian(DIMENSION, 0.1)).times(-0.7).withoutNormalization();
    float[] adapted = unitRows();
    for (int i = 0; i < adapted.length; i++) {
      adapted[i] += (float) (-0.7 * shift.shift()[i % DIMENSION]);
    }
    assertFolded(kind, ImageAdapter.of(shift), adapted);
  }

  @ParameterizedTest
  @EnumSource(PrefixConfig.Kind.class)
  void foldingALinearMapIsApplyingIt(PrefixConfig.Kind kind) {
    float[] matrix = gaussian(DIMENSION * DIMENSION, 0.1);
    float[] bias = gaussian(DIMENSION, 0.1);
    float[] rows = unitRows();
    float[] adapted = new float[rows.length];
    for (int i = 0; i < adapted.length; i++) {
      double sum = bias[i % DIMENSION];
      for (int k = 0; k < DIMENSION; k++) {
        sum += (double) matrix[i % DIMENSION * DIMENSION + k] * rows[i / DIMENSION * DIMENSION + k];
      }
      adapted[i] = (float) sum;
    }
    assertFolded(
        kind, ImageAdapter.of(new LinearAdapter(matrix, bias).withoutNormalization()), adapted);
  }

  @Test
  void anAdapterThatNormalisesIsRefused() {
    MeanShift shift = new MeanShift(gaussian(DIMENSION, 0.1));
    assertThrows(IllegalArgumentException.class, () -> ImageAdapter.of(shift));
    LinearAdapter linear =
        new LinearAdapter(gaussian(DIMENSION * DIMENSION, 1), gaussian(DIMENSION, 1));
    assertThrows(IllegalArgumentException.class, () -> ImageAdapter.of(linear));
  }

  @Test
  void aLinearMapThatNormalisesIsRefused() {
    float[] matrix = gaussian(DIMENSION * DIMENSION, 0.1);
    LinearAdapter linear = new LinearAdapter(matrix, gaussian(DIMENSION, 0.1));
    assertThrows(IllegalArgumentException.class, () -> ImageAdapter.of(linear));
  }

  /** Numbers of another adapter do not stay behind. */
  @Test
  void anAdapterTakesThePlaceOfAnEarlierOne() {
    ModelDirectory plain = ModelDirectory.open(TinyModel.write(temporary, TinyModel.PROJECTION));
    ModelDirectory linear =
        plain.withImageAdapter(
            temporary.resolve("linear"),
            ImageAdapter.of(
                new LinearAdapter(gaussian(DIMENSION * DIMENSION, 1), gaussian(DIMENSION, 1))
                    .withoutNormalization()));
    ModelDirectory back = linear.withImageAdapter(temporary.resolve("back"), ImageAdapter.none());
    assertEquals(plain.config(), back.config());
    assertEquals(
        plain.weights(ModelDirectory.PREFIX_WEIGHTS).names(),
        back.weights(ModelDirectory.PREFIX_WEIGHTS).names());
    assertTrue(linear.weights(ModelDirectory.PREFIX_WEIGHTS).names().contains(ImageAdapter.MATRIX));
  }

  /** The adapted model's prefix of plain rows is the plain model's prefix of adapted rows. */
  private void assertFolded(PrefixConfig.Kind kind, ImageAdapter adapter, float[] adapted) {
    // The golden file has two constant vectors.
    PrefixConfig prefix = new PrefixConfig(kind, kind == PrefixConfig.Kind.SPLIT ? 2 : 4, 2);
    ModelDirectory plain = ModelDirectory.open(TinyModel.write(temporary, prefix));
    ModelDirectory folded = plain.withImageAdapter(temporary.resolve("adapted"), adapter);
    assertArrayEquals(prefix(plain, adapted), prefix(folded, unitRows()), TOLERANCE);
  }

  private static float[] prefix(ModelDirectory model, float[] rows) {
    CaptionerConfig config = model.config();
    WeightBank weights =
        new WeightBank().add(CaptionGraph.PREFIX, model.weights(ModelDirectory.PREFIX_WEIGHTS));
    PrefixGraph graph = new PrefixGraph(config, CaptionGraph.PREFIX, weights);
    graph.requireWeights();
    GraphBuilder g = new GraphBuilder("prefix", weights);
    Value vectors = g.input("vectors", ElementType.FLOAT, "B", DIMENSION);
    g.output("prefix", graph.apply(g, vectors), ElementType.FLOAT, "B", "S", 32);
    try (Sessions<String> sessions = new Sessions<>(1)) {
      return sessions
          .get("prefix", g::model)
          .run(Map.of("vectors", InputTensor.of(rows, ROWS, DIMENSION)), o -> o.floats("prefix"));
    }
  }

  private static float[] unitRows() {
    Random random = new Random(11);
    float[] rows = new float[ROWS * DIMENSION];
    for (int row = 0; row < ROWS; row++) {
      double square = 0;
      for (int i = row * DIMENSION; i < (row + 1) * DIMENSION; i++) {
        rows[i] = (float) random.nextGaussian();
        square += rows[i] * rows[i];
      }
      for (int i = row * DIMENSION; i < (row + 1) * DIMENSION; i++) {
        rows[i] /= (float) Math.sqrt(square);
      }
    }
    return rows;
  }

  private float[] gaussian(int count, double stdDev) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (stdDev * random.nextGaussian());
    }
    return values;
  }
}
