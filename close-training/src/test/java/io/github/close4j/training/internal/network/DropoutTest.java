package io.github.close4j.training.internal.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is dropped, and that the rest makes up for it. */
@SuppressWarnings("resource") // tensors belong to the test's scope
final class DropoutTest {
  private static final double PROBABILITY = 0.1;

  /** Not a multiple of the four elements that a number of 64 bits is drawn for. */
  private static final int ELEMENTS = 1_000_003;

  /** A right generator misses this bound with less than one seed in 100 000; the seed is fixed. */
  private static final double DEVIATIONS = 5;

  private PointerScope scope;

  @BeforeAll
  static void startTorch() {
    TorchRuntime.initialize(1, 1);
  }

  @BeforeEach
  void openScope() {
    scope = new PointerScope();
  }

  @AfterEach
  void freeTensors() {
    scope.close();
  }

  private static T5Network.Dropout active(double probability, long seed) {
    T5Network.Dropout dropout = new T5Network.Dropout(probability);
    dropout.setActive(true);
    dropout.seed(seed);
    return dropout;
  }

  private static Tensor ones(int size, ScalarType type) {
    float[] ones = new float[size];
    Arrays.fill(ones, 1);
    return Tensors.of(ones, size).to(type);
  }

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"Float", "BFloat16"})
  void dropsItsShareAndScalesTheRest(ScalarType type) {
    float[] result = Tensors.toFloats(active(PROBABILITY, 7).apply(ones(ELEMENTS, type)));
    // bfloat16 has 8 bits of a number.
    double tolerance = type == ScalarType.Float ? 1e-7 : 1.0 / 256;
    int dropped = 0;
    int neighbours = 0;
    for (int i = 0; i < ELEMENTS; i++) {
      if (result[i] == 0) {
        dropped++;
        neighbours += i > 0 && result[i - 1] == 0 ? 1 : 0;
      } else {
        assertEquals(1 / (1 - PROBABILITY), result[i], tolerance);
      }
    }
    assertShare(PROBABILITY, dropped);
    assertShare(PROBABILITY * PROBABILITY, neighbours);
  }

  private static void assertShare(double expected, int count) {
    double deviation = Math.sqrt(ELEMENTS * expected * (1 - expected));
    assertEquals(ELEMENTS * expected, count, DEVIATIONS * deviation);
  }

  @Test
  void bothTypesDropTheSame() {
    float[] whole = Tensors.toFloats(active(0.5, 3).apply(ones(1001, ScalarType.Float)));
    float[] half = Tensors.toFloats(active(0.5, 3).apply(ones(1001, ScalarType.BFloat16)));
    assertArrayEquals(whole, half);
  }

  @Test
  void aSeedFixesWhatIsDroppedFromThenOn() {
    T5Network.Dropout dropout = active(0.5, 3);
    float[] first = Tensors.toFloats(dropout.apply(ones(1001, ScalarType.Float)));
    float[] second = Tensors.toFloats(dropout.apply(ones(1001, ScalarType.Float)));
    dropout.seed(3);
    assertArrayEquals(first, Tensors.toFloats(dropout.apply(ones(1001, ScalarType.Float))));
    assertArrayEquals(second, Tensors.toFloats(dropout.apply(ones(1001, ScalarType.Float))));
    dropout.seed(4);
    float[] other = Tensors.toFloats(dropout.apply(ones(1001, ScalarType.Float)));
    assertFalse(Arrays.equals(first, second));
    assertFalse(Arrays.equals(first, other));
  }

  @Test
  void gradientsAreDroppedAndScaledAsValuesAre() {
    for (ScalarType type : new ScalarType[] {ScalarType.Float, ScalarType.BFloat16}) {
      Tensor x = ones(1001, type).set_requires_grad(true);
      Tensor y = active(0.5, 3).apply(x);
      y.sum().backward();
      assertArrayEquals(Tensors.toFloats(y), Tensors.toFloats(x.grad()));
    }
  }

  @Test
  void nothingIsDroppedOutsideTrainingOrWithoutProbability() {
    Tensor x = ones(5, ScalarType.Float);
    T5Network.Dropout inactive = active(0.5, 1);
    inactive.setActive(false);
    assertSame(x, inactive.apply(x));
    assertSame(x, active(0, 1).apply(x));
  }
}
