package io.github.close4j.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VqaAccuracyTest {
  /** Expected answers are what VQA's evaluation program gives. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "The dog. | dog",
        "two dogs | 2 dogs",
        "None | 0",
        "dont know | don't know",
        "couldn'tve | couldn't've",
        "1,000 people | 1000 people",
        "t-shirt | t shirt",
        "red, white | red white",
        "it is 3.5 | it is 3.5",
        "3. | 3",
        "somebody'd | somebodyd",
        "shed | shed",
      })
  void answersAreNormalized(String answer, String expected) {
    assertEquals(expected, VqaAnswers.normalize(answer));
  }

  @Test
  void marksAloneAreNothing() {
    assertEquals("", VqaAnswers.normalize(" ?! "));
  }

  @Property
  void agreementCounts(@ForAll @IntRange(max = 10) int agreeing) {
    List<String> human =
        java.util.stream.Stream.concat(
                Collections.nCopies(agreeing, "yes").stream(),
                Collections.nCopies(10 - agreeing, "no").stream())
            .toList();
    double count = VqaAccuracy.COUNT.score(List.of("Yes."), List.of(human)).corpus();
    assertEquals(Math.min(agreeing / 3.0, 1), count, 1e-12);
    // The values its authors print: 0, 30, 60, 90 and 100 percent.
    double[] published = {0, 0.3, 0.6, 0.9, 1, 1, 1, 1, 1, 1, 1};
    double left = VqaAccuracy.LEAVE_ONE_OUT.score(List.of("Yes."), List.of(human)).corpus();
    assertEquals(published[agreeing], left, 1e-12);
  }

  @Test
  void badInputIsNamed() {
    assertThrows(
        IllegalArgumentException.class, () -> VqaAccuracy.COUNT.score(List.of(), List.of()));
  }
}
