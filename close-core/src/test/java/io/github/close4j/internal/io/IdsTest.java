package io.github.close4j.internal.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  @ParameterizedTest
  @CsvSource({
    "42, 42",
    "42.0, 42",
    "42.000, 42",
    "1e2, 100",
    "1.2E+3, 1200",
    "4200e-2, 42",
    "-7, -7",
    "-0, 0",
    "-0.0, 0",
    "0e9, 0",
    "42.50, 42.5",
    "9007199254740993, 9007199254740993",
    "9007199254740993.0, 9007199254740993",
    "9.007199254740993e15, 9007199254740993",
    "123456789012345678901234567890, 123456789012345678901234567890",
  })
  void numbersHaveOneForm(String written, String id) {
    assertEquals(id, Ids.ofNumber(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999999999",
        "1e-999999999",
        "1e99999999999",
        ""
      })
  void whatIsNoIdIsRefused(String written) {
    assertNull(Ids.ofNumber(written));
  }

  @ParameterizedTest
  @CsvSource({
    "42, 42",
    "' 42 ', 42",
    "42.0, 42",
    "-0.0, 0",
    "9007199254740993.0, 9007199254740993",
    "042, 042",
    "042.0, 042.0",
    "1e2, 1e2",
    "42.5, 42.5",
    "4.jpg, 4.jpg",
    "1.0.0, 1.0.0",
    "coco_5, coco_5",
    "7.jpg#0r1e, 7.jpg#0r1e",
  })
  void textsAreNumbersOnlyIfTheyAreWhole(String written, String id) {
    assertEquals(id, Ids.ofText(written));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "\u200b", "NaN", "nan", "Infinity", "-inf"})
  void textsThatNameNothingAreRefused(String written) {
    assertNull(Ids.ofText(written));
  }

  @Property(tries = 300)
  void aWholeNumberHasOneIdHoweverItIsWritten(
      @ForAll BigInteger number, @ForAll @IntRange(max = 5) int zeros) {
    String id = number.toString();
    String fraction = "0".repeat(zeros + 1);
    assertEquals(id, Ids.ofNumber(id));
    assertEquals(id, Ids.ofText(id));
    assertEquals(id, Ids.ofNumber(id + "." + fraction));
    assertEquals(id, Ids.ofText(id + "." + fraction));
    assertEquals(id, Ids.ofNumber(new BigDecimal(number, -zeros).movePointLeft(zeros).toString()));
    assertEquals(id, Ids.ofNumber(id + fraction + "e-" + fraction.length()));
  }

  @Test
  void aDoublePrintsTheIdThatItHolds() {
    assertEquals("458752", Ids.ofNumber(Double.toString(458752)));
    assertEquals("12345678", Ids.ofNumber(Double.toString(12345678)));
  }
}
