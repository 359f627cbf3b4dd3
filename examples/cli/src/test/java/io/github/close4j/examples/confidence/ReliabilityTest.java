package io.github.close4j.examples.confidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Scores of confidences, worked out by hand. */
final class ReliabilityTest {
  private final Reliability reliability =
      new Reliability(
          List.of(0.0, 0.05, 0.25, 0.95, 1.0, 0.9), List.of(false, true, false, true, true, false));

  @Test
  void scoresAreThoseOfTheirDefinitions() {
    assertEquals(0.5, reliability.rightShare(), 1e-12);
    assertEquals(
        (0 + 0.95 * 0.95 + 0.25 * 0.25 + 0.05 * 0.05 + 0 + 0.9 * 0.9) / 6,
        reliability.brierScore(),
        1e-12);
    double low = Math.abs(0.025 - 0.5);
    double middle = 0.25;
    double high = Math.abs(0.95 - 2.0 / 3);
    assertEquals((2 * low + middle + 3 * high) / 6, reliability.calibrationError(), 1e-12);
    assertEquals(
        "6 captions, 50.0% right; Brier score 0.296 (0.250 if all had one confidence), expected "
            + "calibration error 0.342",
        reliability.toString());
  }

  @Test
  void tenthsHoldTheirCaptions() {
    List<Reliability.Tenth> tenths = reliability.tenths();
    assertEquals(List.of(0.0, 0.2, 0.9), tenths.stream().map(Reliability.Tenth::from).toList());
    assertEquals(List.of(2, 1, 3), tenths.stream().map(Reliability.Tenth::captions).toList());
    assertEquals(0.95, tenths.get(2).meanConfidence(), 1e-12);
    assertEquals(2.0 / 3, tenths.get(2).rightShare(), 1e-12);
  }

  @Test
  void nothingCannotBeScored() {
    assertThrows(IllegalArgumentException.class, () -> new Reliability(List.of(), List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new Reliability(List.of(0.5), List.of(true, false)));
  }
}
