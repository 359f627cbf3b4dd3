package io.github.close4j.examples.confidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.confidence.CalibrationStudy.Said;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.internal.model.Calibration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calibrations of drawn captions, of which it is known how often they are right: a picture is its
 * caption's vector and noise, and a caption is right the more often the likelier it is.
 */
final class CalibrationStudyTest {
  private static final int DIMENSION = 12;
  private static final int PICTURES = 2000;

  private final SplittableRandom random = new SplittableRandom(20261129);

  /**
   * Both counts are binomial: of 2 000 new pictures 100 are expected, with a deviation of 10, and
   * of the 2 000 that were calibrated on another 10; 60 are four deviations of their difference, a
   * false alarm in 10 000 seeds.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.2})
  void newPicturesAreUnsureInTheShareAskedFor(double share) {
    Drawn drawn = draw(PICTURES);
    Calibration calibration =
        new CalibrationStudy(drawn.said(), drawn.references(), share).calibration();
    double deviation = Math.sqrt(2 * PICTURES * share * (1 - share));
    assertEquals(PICTURES * share, unsure(calibration, draw(PICTURES).said()), 4 * deviation);
  }

  /** Pictures that lie in a direction from their captions in which no usual one lies. */
  @Test
  void foreignPicturesAreUnsure() {
    Drawn drawn = draw(PICTURES);
    Calibration calibration =
        new CalibrationStudy(drawn.said(), drawn.references(), 0.05).calibration();
    Said foreign = draw(500).said();
    for (int row = 0; row < 500; row++) {
      float[] values = foreign.pictures().values();
      values[row * DIMENSION + DIMENSION - 1] += 1;
      foreign.pictures().normalizeRow(row);
    }
    assertTrue(unsure(calibration, foreign) > 490, () -> "found " + unsure(calibration, foreign));
  }

  /** Held-out confidences are right about as often as they say. */
  @Test
  void confidencesSayHowOftenCaptionsAreRight() {
    Drawn drawn = draw(PICTURES);
    Reliability reliability =
        new CalibrationStudy(drawn.said(), drawn.references(), 0.05).reliability();
    double share = reliability.rightShare();
    // The factor for unusual pictures costs up to a fortieth; chance about as much.
    assertTrue(reliability.calibrationError() < 0.05, reliability::toString);
    assertTrue(reliability.brierScore() < 0.95 * share * (1 - share), reliability::toString);
  }

  @Test
  void theSamePicturesGiveTheSameCalibration() {
    Drawn drawn = draw(300);
    assertEquals(
        new CalibrationStudy(drawn.said(), drawn.references(), 0.1).calibration().numbers(),
        new CalibrationStudy(drawn.said(), drawn.references(), 0.1).calibration().numbers());
  }

  @Test
  void tooFewPicturesAndSharesOfNoneAreRefused() {
    Drawn few = draw(99);
    assertRefused("expected at least 100 described pictures, found 99", few, 0.05);
    assertRefused("expected at least 1000 described pictures, found 300", draw(300), 0.001);
    for (double share : new double[] {0, 1, -1, Double.NaN}) {
      assertRefused("share: expected above 0 and below 1, found " + share, draw(100), share);
    }
  }

  /** People may say the same of all pictures, or nothing that a caption says. */
  @Test
  void captionsThatAreAllWrongHaveACalibration() {
    Drawn drawn = draw(200);
    for (String said : List.of("yes", "no")) {
      List<List<String>> references = new ArrayList<>(drawn.references());
      references.replaceAll(unused -> List.of(said));
      Reliability reliability = new CalibrationStudy(drawn.said(), references, 0.05).reliability();
      assertEquals(0, reliability.rightShare());
      assertTrue(reliability.calibrationError() < 0.05, reliability::toString);
    }
  }

  private static void assertRefused(String message, Drawn drawn, double share) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new CalibrationStudy(drawn.said(), drawn.references(), share));
    assertEquals(message, refused.getMessage());
  }

  private static long unsure(Calibration calibration, Said said) {
    return IntStream.range(0, said.captions().size())
        .mapToObj(i -> said.evidence(calibration.gap(), i))
        .filter(calibration.numbers()::isUnsure)
        .count();
  }

  private record Drawn(Said said, List<List<String>> references) {}

  private Drawn draw(int pictures) {
    EmbeddingBatch texts = EmbeddingBatch.allocate(pictures, DIMENSION);
    EmbeddingBatch images = EmbeddingBatch.allocate(pictures, DIMENSION);
    List<Caption> captions = new ArrayList<>();
    List<List<String>> references = new ArrayList<>();
    for (int row = 0; row < pictures; row++) {
      for (int i = 0; i < DIMENSION; i++) {
        int at = row * DIMENSION + i;
        texts.values()[at] = (float) gaussian();
        // The last direction hardly differs between a caption and its picture.
        images.values()[at] =
            texts.values()[at] + (float) (gaussian() * (i < DIMENSION - 1 ? 0.6 : 0.05));
      }
      double logProbability = -3 * random.nextDouble();
      captions.add(
          new Caption(
              "yes", 2 * logProbability, 2 * logProbability, List.of(5, 1), 0, Double.NaN, false));
      boolean right = random.nextDouble() < 1 / (1 + Math.exp(-(2.5 + 2 * logProbability)));
      references.add(List.of(right ? "yes" : "no"));
    }
    texts.normalize();
    images.normalize();
    return new Drawn(new Said(captions, texts, images), references);
  }

  private double gaussian() {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }
}
