package io.github.close4j.internal.io;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\t\r\n",
        "\u00a0",
        "\u2003\u3000",
        "\u200b",
        "\u200c\u200d",
        "\u2060",
        "\ufeff",
        "\u00ad",
        "\u0000\u001f\u007f\u0085",
        "\u2028\u2029",
        "\u202e",
        "\u061c",
        "\u180e",
        "\u3164",
        "\uffa0\u115f\u1160",
        "\u2800",
        "\ufe0f",
        "\u034f",
        "\u0301",
        "\u20dd",
        "\ud800",
        "\uffff",
        "\udb40\udc01\udb40\udc7f"
      })
  void nothingIsSeen(String text) {
    assertFalse(VisibleText.isIn(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "7",
        "\u200bx\u200b",
        "\u00e9",
        "e\u0301",
        "\u72ac",
        "\u05d0",
        "\ud83d\udc36",
        // Of Unicode 15, which JDK 17 does not know.
        "\ud83e\udee8",
        "\ue000",
        "\u00a0-"
      })
  void somethingIsSeen(String text) {
    assertTrue(VisibleText.isIn(text));
  }
}
