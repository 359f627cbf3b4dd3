package io.github.close4j.examples.world;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PhotographRetrievalTest {
  private static float[] at(double degrees) {
    double angle = Math.toRadians(degrees);
    return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
  }

  /** The second picture's nearest text is the first's; the third's own text is nearer to others. */
  @Test
  void countsWhoseOwnIsTheNearest() {
    List<float[]> images = List.of(at(0), at(30), at(90));
    List<float[]> texts = List.of(at(1), at(28), at(40), at(130));
    PhotographRetrieval result = PhotographRetrieval.of(images, texts, List.of(0, 0, 1, 2));
    // Of 0° the nearest is 1°, its own; of 30° it is 28°, not its own; of 90° it is 130°, its own.
    assertEquals(200.0 / 3, result.imageToTextAt1(), 1e-9);
    assertEquals(100, result.imageToTextAt10(), 1e-9);
    // 1° and 40° and 130° find theirs, 28° finds 30°.
    assertEquals(75, result.textToImageAt1(), 1e-9);
    assertEquals(100, result.textToImageAt10(), 1e-9);
  }

  @Test
  void theTenthIsAmongTenAndTheEleventhNot() {
    List<float[]> images = new ArrayList<>();
    List<float[]> texts = new ArrayList<>();
    List<Integer> pictures = new ArrayList<>();
    images.add(at(0));
    for (int i = 0; i < 10; i++) {
      images.add(at(170));
      texts.add(at(1 + i * 0.1));
      pictures.add(1 + i);
    }
    texts.add(at(10));
    pictures.add(0);
    assertEquals(0, PhotographRetrieval.of(images, texts, pictures).imageToTextAt1());
    // The first picture's own is the eleventh, and so is the second's: nine are among the ten.
    assertEquals(
        100.0 * 9 / 11, PhotographRetrieval.of(images, texts, pictures).imageToTextAt10(), 1e-9);
  }
}
