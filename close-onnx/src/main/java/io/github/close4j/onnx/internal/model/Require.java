package io.github.close4j.onnx.internal.model;

/** Checks of configuration values, with messages that say what, expected and found. */
public final class Require {
  private Require() {}

  public static void positive(String what, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(what + ": expected a positive number, found " + value);
    }
  }

  public static void positive(String what, float value) {
    if (!(value > 0) || Float.isInfinite(value)) {
      throw new IllegalArgumentException(what + ": expected a positive number, found " + value);
    }
  }

  public static void divides(String what, int divisor, String ofWhat, int value) {
    if (value % divisor != 0) {
      throw new IllegalArgumentException(
          "%s: expected a divisor of %s %d, found %d".formatted(what, ofWhat, value, divisor));
    }
  }

  public static <T> T present(String what, T value) {
    if (value == null) {
      throw new IllegalArgumentException(what + ": expected a value, found none");
    }
    return value;
  }
}
