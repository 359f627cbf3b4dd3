package io.github.close4j.onnx.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.TinyModel;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a precision is said to cost. */
class PrecisionComparisonTest {
  private static final int PICTURES = 6;

  @TempDir Path temporary;

  @Test
  void errorsAreThoseOfThePrecision() {
    Random random = new Random(5);
    List<BufferedImage> pictures = Stream.generate(() -> noise(random)).limit(PICTURES).toList();
    PrecisionComparison comparison =
        PrecisionComparison.of(
            TinyModel.write(temporary, TinyModel.PROJECTION),
            pictures,
            Decoding.beam(3).maxNewTokens(8),
            InferenceOptions.defaults().threads(1));

    PrecisionComparison.Errors same = comparison.measure(Precision.FLOAT32);
    assertEquals(
        new PrecisionComparison.Errors(
            Precision.FLOAT32, PICTURES, 1, 0, 0, 0, 0, PICTURES, PICTURES),
        new PrecisionComparison.Errors(
            same.precision(),
            same.pictures(),
            Math.rint(same.leastCosine() * 1e12) / 1e12,
            same.largestVectorError(),
            same.largestPrefixError(),
            same.largestLogitError(),
            same.meanLogitError(),
            same.equalFirstTokens(),
            same.equalCaptions()));

    PrecisionComparison.Errors half = comparison.measure(Precision.FLOAT16);
    PrecisionComparison.Errors eighth = comparison.measure(Precision.INT8);
    assertTrue(half.leastCosine() > 0.99999 && half.leastCosine() < 1, half::toString);
    assertTrue(half.meanLogitError() > 0, half::toString);
    assertTrue(half.meanLogitError() < half.largestLogitError(), half::toString);
    assertTrue(eighth.leastCosine() > 0.99, eighth::toString);
    assertTrue(eighth.leastCosine() < half.leastCosine(), eighth::toString);
    assertTrue(eighth.largestVectorError() > half.largestVectorError(), eighth::toString);
    assertTrue(eighth.largestPrefixError() > half.largestPrefixError(), eighth::toString);
    assertTrue(eighth.meanLogitError() > half.meanLogitError(), eighth::toString);
    assertTrue(half.equalFirstTokens() <= PICTURES && half.equalCaptions() <= PICTURES);
  }

  @Test
  void noPicturesAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            PrecisionComparison.of(
                temporary, List.of(), Decoding.greedy(), InferenceOptions.defaults()));
  }

  private static BufferedImage noise(Random random) {
    BufferedImage picture = new BufferedImage(40, 36, BufferedImage.TYPE_INT_RGB);
    int base = random.nextInt(0x1000000);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        picture.setRGB(x, y, base ^ random.nextInt(0x404040));
      }
    }
    return picture;
  }
}
