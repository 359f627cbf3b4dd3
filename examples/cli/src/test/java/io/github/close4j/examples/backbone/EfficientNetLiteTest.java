package io.github.close4j.examples.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.Resources;
import com.google.gson.Gson;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.training.internal.torch.Parameters;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the Python package of the weights; {@code backbone_golden.py} makes its numbers. */
final class EfficientNetLiteTest {
  private static final int EDGE = 64;

  @TempDir private Path directory;

  private record Golden(int[] shape, float[] means, float[] first_map) {}

  @ParameterizedTest
  @CsvSource({"0, 1e-4", "2, 1e-4"})
  void computesWhatTheReferenceComputes(int size, double tolerance) throws IOException {
    Golden golden =
        new Gson()
            .fromJson(
                Resources.toString(
                    Resources.getResource(EfficientNetLiteTest.class, "lite" + size + ".json"),
                    StandardCharsets.UTF_8),
                Golden.class);
    Safetensors file = Safetensors.open(BackboneFiles.write(size, directory));
    EfficientNetLite shape = EfficientNetLite.of(file);
    Map<String, float[]> weights = shape.folded(file);
    TorchRuntime.initialize(1, 1);
    try (Parameters parameters = Parameters.random(1)) {
      BackboneNetwork network = new BackboneNetwork(shape, parameters, "");
      network.set(weights);
      Tensor maps = network.features(Tensors.of(BackboneFiles.picture(EDGE), 1, 3, EDGE, EDGE));
      assertArrayEquals(new long[] {1, 1280, 2, 2}, Tensors.shape(maps));
      assertArrayEquals(golden.means, Tensors.toFloats(maps.mean(2, 3)), (float) tolerance);
      float[] first = Tensors.toFloats(maps.select(1, 0));
      assertArrayEquals(golden.first_map, first, (float) tolerance);
    }
  }

  /** In training the products are in bfloat16, so that it is near, not equal. */
  @Test
  void inTwoPartsItComputesTheSame() {
    Safetensors file = Safetensors.open(BackboneFiles.write(0, directory));
    EfficientNetLite shape = EfficientNetLite.of(file);
    TorchRuntime.initialize(1, 1);
    try (Parameters parameters = Parameters.random(1)) {
      BackboneNetwork network = new BackboneNetwork(shape, parameters, "");
      network.set(shape.folded(file));
      float[] pixels = new float[17 * 3 * EDGE * EDGE];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) Math.sin(0.37 * i);
      }
      Tensor input = Tensors.of(pixels, 17, 3, EDGE, EDGE);
      float[] whole = TorchRuntime.step(() -> Tensors.toFloats(network.features(input)));
      int frozen = shape.beforeLastReduction();
      float[] parts =
          TorchRuntime.step(
              () -> Tensors.toFloats(network.rest(network.first(input, frozen), frozen)));
      assertEquals(whole.length, parts.length);
      double difference = 0;
      double size = 0;
      for (int i = 0; i < whole.length; i++) {
        difference += Math.pow(whole[i] - parts[i], 2);
        size += Math.pow(whole[i], 2);
      }
      assertTrue(difference < 1e-3 * size, difference + " of " + size);
    }
  }

  @Test
  void sizesHaveTheirPublishedNumberOfWeights() {
    // 4 652 008 and 6 092 072 with classifier (1 281 000) and batch normalisation.
    assertEquals(3_371_008, convolutionWeights(0) + 2L * channels(0));
    assertEquals(4_811_072, convolutionWeights(2) + 2L * channels(2));
  }

  private long convolutionWeights(int size) {
    return shape(size).convolutions().stream()
        .mapToLong(c -> c.weightShape()[0] * c.weightShape()[1] * c.kernel() * c.kernel())
        .sum();
  }

  private long channels(int size) {
    return shape(size).convolutions().stream().mapToLong(EfficientNetLite.Convolution::out).sum();
  }

  private EfficientNetLite shape(int size) {
    return EfficientNetLite.of(Safetensors.open(BackboneFiles.write(size, directory)));
  }

  @Test
  void otherWeightsAreRefused() {
    Path file = directory.resolve("other.safetensors");
    new Safetensors.Writer(io.github.close4j.internal.tensor.DataType.F32)
        .add("conv1.weight", new float[4], 1, 1, 2, 2)
        .write(file);
    UnusableFileException refusal =
        assertThrows(
            UnusableFileException.class, () -> EfficientNetLite.of(Safetensors.open(file)));
    assertTrue(refusal.getMessage().contains("EfficientNet-Lite"), refusal.getMessage());
  }
}
