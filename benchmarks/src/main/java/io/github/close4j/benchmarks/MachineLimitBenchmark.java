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

  private static final int IN_CACHE = 1 << 11;

  private final float[] source = new float[COPIED];
  private final float[] target = new float[COPIED];
  private final float[] sums = new float[IN_CACHE];
  private final float[] factors = new float[IN_CACHE];

  /** Fills the arrays. */
  @Setup
  public void prepare() {
    Arrays.fill(source, 1.5f);
    Arrays.fill(factors, 0.999f);
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
   * Does {@value #MULTIPLY_ADDS} fused multiply-adds over arrays in the first cache, in a loop that
   * the compiler vectorises.
   *
   * @return the sums
   */
  @Benchmark
  public float[] multiplyAdd() {
    for (int pass = 0; pass < MULTIPLY_ADDS / IN_CACHE; pass++) {
      for (int i = 0; i < IN_CACHE; i++) {
        sums[i] = Math.fma(sums[i], factors[i], factors[i]);
      }
    }
    return sums;
  }
}
