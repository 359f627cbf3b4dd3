package io.github.close4j.benchmarks;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the machine can do at most, to which every other result is compared. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MachineLimitBenchmark {
  /** Floats that are copied, as many as a batch of 128 vectors of 768; twice that is in use. */
  static final int COPIED = 128 * 768;

  /** Multiply-adds of one operation. */
  static final int MULTIPLY_ADDS = 1 << 20;

  /** Multiply-adds on each number that is loaded. */
  static final int CHAIN = 8;

  private static final int IN_CACHE = 1 << 11;

  private final float[] source = new float[COPIED];
  private final float[] target = new float[COPIED];
  private final float[] sums = new float[IN_CACHE];
  private final float[] factors = {0.999f};

  /** Fills the arrays. */
  @Setup
  public void prepare() {
    Arrays.fill(source, 1.5f);
  }

  /**
   * Copies {@value #COPIED} floats.
   *
   * @return the copy
   */
  @Benchmark
  public float[] copy() {
    System.arraycopy(source, 0, target, 0, COPIED);
    return target;
  }

  /**
   * Does {@value #MULTIPLY_ADDS} fused multiply-adds, {@value #CHAIN} on each number that is
   * loaded, in a loop that the compiler vectorises: so neither loads nor stores are in the way.
   *
   * @return the sums
   */
  @Benchmark
  public float[] multiplyAdd() {
    float factor = factors[0];
    for (int pass = 0; pass < MULTIPLY_ADDS / IN_CACHE / CHAIN; pass++) {
      for (int i = 0; i < IN_CACHE; i++) {
        float x = sums[i];
        x = Math.fma(x, factor, factor);
        x = Math.fma(x, factor, factor);
        x = Math.fma(x, factor, factor);
        x = Math.fma(x, factor, factor);
        x = Math.fma(x, factor, factor);
        x = Math.fma(x, factor, factor);
        x = Math.fma(x, factor, factor);
        sums[i] = Math.fma(x, factor, factor);
      }
    }
    return sums;
  }
}
