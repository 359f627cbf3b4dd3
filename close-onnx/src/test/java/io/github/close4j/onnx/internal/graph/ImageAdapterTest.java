package io.github.close4j.onnx.internal.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.LinearAdapter;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model with an image adapter says of a vector what it says without it of the adapted vector. */
class ImageAdapterTest {
  private static final int DIMENSION = TinyModel.CLIP_DIM;
  private static final int ROWS = 13;

  /** Relative where a value is above 1: its last bits are those of another order of summing. */
  private static final float FOLDED_TOLERANCE = 2e-6f;

  private static final float TOLERANCE = 1e-6f;

  @TempDir Path temporary;
  private final Random random = new Random(7);

  @ParameterizedTest
  @EnumSource(CaptionerConfig.Prefix.Kind.class)
  void foldingAShiftIsApplyingIt(CaptionerConfig.Prefix.Kind kind) {
    assertAdapted(kind, shift(false), FOLDED_TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(CaptionerConfig.Prefix.Kind.class)
  void foldingALinearMapIsApplyingIt(CaptionerConfig.Prefix.Kind kind) {
    assertAdapted(kind, linear(false), FOLDED_TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(CaptionerConfig.Prefix.Kind.class)
  void aShiftBackToTheUnitSphereRunsInTheGraph(CaptionerConfig.Prefix.Kind kind) {
    assertAdapted(kind, shift(true), TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(CaptionerConfig.Prefix.Kind.class)
  void aLinearMapBackToTheUnitSphereRunsInTheGraph(CaptionerConfig.Prefix.Kind kind) {
    assertAdapted(kind, linear(true), TOLERANCE);
  }

  /** The image side of removing the means, and a map from pictures to texts. */
  @Test
  void captionsAreThoseOfAdaptedVectors() {
    ModelDirectory plain = ModelDirectory.open(TinyModel.write(temporary, TinyModel.PROJECTION));
    int number = 0;
    for (ModalityAdapter adapter : List.of(shift(true), linear(true))) {
      ModelDirectory adapted =
          plain.withImageAdapter(temporary.resolve("adapted" + number++), adapter);
      for (Precision precision : Precision.values()) {
        List<List<Caption>> expected = captions(plain, adapted(adapter, unitRows()), precision);
        assertNotEquals(expected, captions(plain, unitRows(), precision), "the adapter matters");
        assertSame(
            expected,
            captions(adapted, unitRows(), precision),
            precision == Precision.FLOAT32 ? 1e-4 : 2e-2);
      }
    }
  }

  private static List<List<Caption>> captions(
      ModelDirectory model, float[] rows, Precision precision) {
    List<CaptionInput> inputs = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      inputs.add(CaptionInput.ofVector(TinyModel.row(rows, DIMENSION, row)));
    }
    InferenceOptions options = InferenceOptions.defaults().threads(1).precision(precision);
    try (Captioner captioner = Captioner.open(model.path(), options)) {
      return captioner.caption(inputs, captioner.decoding());
    }
  }

  private static void assertSame(
      List<List<Caption>> expected, List<List<Caption>> found, double tolerance) {
    for (int i = 0; i < expected.size(); i++) {
      for (int k = 0; k < expected.get(i).size(); k++) {
        assertEquals(expected.get(i).get(k).text(), found.get(i).get(k).text(), i + ", " + k);
        assertEquals(expected.get(i).get(k).score(), found.get(i).get(k).score(), tolerance);
      }
    }
  }

  @Test
  void otherAdaptersAreRefusedByName() {
    ModalityAdapter other = new GaussianNoise(0.1);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> ImageAdapter.of(other));
    assertTrue(refused.getMessage().contains(other.toString()), refused.getMessage());
    assertTrue(refused.getMessage().contains("MeanShift"), refused.getMessage());
  }

  /** Numbers of another adapter do not stay behind. */
  @Test
  void anAdapterTakesThePlaceOfAnEarlierOne() {
    ModelFolder plain = ModelFolder.open(TinyModel.write(temporary, TinyModel.PROJECTION));
    ModelFolder linear =
        plain.withImageAdapter(
            temporary.resolve("linear"),
            ImageAdapter.of(
                new LinearAdapter(gaussian(DIMENSION * DIMENSION, 1), gaussian(DIMENSION, 1))
                    .withoutNormalization()));
    ModelFolder back = linear.withImageAdapter(temporary.resolve("back"), ImageAdapter.none());
    assertEquals(plain.config(), back.config());
    assertEquals(
        plain.weights(ModelFolder.PREFIX_WEIGHTS).names(),
        back.weights(ModelFolder.PREFIX_WEIGHTS).names());
    assertTrue(linear.weights(ModelFolder.PREFIX_WEIGHTS).names().contains(ImageAdapter.MATRIX));
  }

  private MeanShift shift(boolean normalized) {
    MeanShift shift = new MeanShift(gaussian(DIMENSION, 0.1)).times(-0.7);
    return normalized ? shift : shift.withoutNormalization();
  }

  private LinearAdapter linear(boolean normalized) {
    LinearAdapter linear =
        new LinearAdapter(gaussian(DIMENSION * DIMENSION, 0.1), gaussian(DIMENSION, 0.1));
    return normalized ? linear : linear.withoutNormalization();
  }

  private static float[] adapted(ModalityAdapter adapter, float[] rows) {
    EmbeddingBatch batch = EmbeddingBatch.copyOf(rows, DIMENSION);
    adapter.adaptForEvaluation(batch);
    return batch.values();
  }

  /** The adapted model's prefix of plain rows is the plain model's prefix of adapted rows. */
  private void assertAdapted(
      CaptionerConfig.Prefix.Kind kind, ModalityAdapter adapter, float tolerance) {
    // The golden file has two constant vectors.
    CaptionerConfig.Prefix prefix =
        new CaptionerConfig.Prefix(kind, kind == CaptionerConfig.Prefix.Kind.SPLIT ? 2 : 4, 2);
    ModelFolder plain = ModelFolder.open(TinyModel.write(temporary, prefix));
    ModelFolder other =
        plain.withImageAdapter(temporary.resolve("adapted"), ImageAdapter.of(adapter));
    float[] expected = prefix(plain, adapted(adapter, unitRows()));
    float[] found = prefix(other, unitRows());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], tolerance * Math.max(1, Math.abs(expected[i])), "" + i);
    }
  }

  private static float[] prefix(ModelFolder model, float[] rows) {
    CaptionerConfig config = model.config();
    WeightBank weights =
        new WeightBank().add(CaptionGraph.PREFIX, model.weights(ModelFolder.PREFIX_WEIGHTS));
    PrefixGraph graph = new PrefixGraph(config, CaptionGraph.PREFIX, weights);
    graph.requireWeights();
    GraphBuilder g = new GraphBuilder("prefix", weights);
    Value vectors = g.input("vectors", ElementType.FLOAT, "B", DIMENSION);
    g.output("prefix", graph.apply(g, vectors), ElementType.FLOAT, "B", "S", 32);
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
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
