package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CaptioningTaskTest {

  @Test
  void singleSaysEachCaptionFromItsOwnVector() {
    assertEquals(
        List.of(
            new TrainingExample(List.of("a"), null, List.of("a")),
            new TrainingExample(List.of("b"), null, List.of("b")),
            new TrainingExample(List.of("c"), null, List.of("c"))),
        CaptioningTask.SINGLE.examples(List.of(List.of("a", "b"), List.of("c"))));
  }

  @Test
  void multipleSaysAllOtherCaptionsEvenEqualOnes() {
    assertEquals(
        List.of(
            new TrainingExample(List.of("a"), null, List.of("b", "a")),
            new TrainingExample(List.of("b"), null, List.of("a", "a")),
            new TrainingExample(List.of("a"), null, List.of("a", "b"))),
        CaptioningTask.MULTIPLE.examples(List.of(List.of("a", "b", "a"))));
  }

  @Test
  void multipleNeedsTwoCaptions() {
    assertThrows(
        IllegalArgumentException.class,
        () -> CaptioningTask.MULTIPLE.examples(List.of(List.of("alone"))));
  }
}
