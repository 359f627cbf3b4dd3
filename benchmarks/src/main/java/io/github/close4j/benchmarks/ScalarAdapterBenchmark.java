package io.github.close4j.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The same adapters as one writes them in Java without further thought. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ScalarAdapterBenchmark {
  private static final float NOISE_STD_DEV = 0.12f;
  private static final float NOISE_MULTIPLIER = 3;

  /** The adapter. */
  @Param public AdapterKind adapter = AdapterKind.GAUSSIAN;

  /** Components of a vector. */
  @Param({"512", "768", "1024"})
  public int dimension = 768;

  /** Vectors in a batch. */
  @Param({"1", "32", "128", "1024"})
  public int rows = 128;

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
  private float[] text = {};
  private float[] mean = {};
  private float[] matrix = {};
  private float[] factor = {};
  private float[] draw = {};
  private float[] adapted = {};

  /** Makes the data. */
  @Setup
  public void prepare() {
    BenchmarkData data = new BenchmarkData(dimension);
    text = data.unitRows(rows).values();
    mean = data.mean();
    matrix = data.matrix();
    factor = data.lowerFactor();
    draw = new float[dimension];
    adapted = new float[text.length];
  }

  /**
   * Adapts the batch into a given buffer.
   *
   * @return the buffer
   */
  @Benchmark
  public float[] plainLoops() {
    for (int start = 0; start < text.length; start += dimension) {
      switch (adapter) {
        case GAUSSIAN -> {
          for (int i = 0; i < dimension; i++) {
            adapted[start + i] = text[start + i] + NOISE_STD_DEV * (float) random.nextGaussian();
          }
        }
        case MEAN_SHIFT -> {
          for (int i = 0; i < dimension; i++) {
            adapted[start + i] = text[start + i] + mean[i];
          }
        }
        case SHIFT_WITH_NOISE -> {
          for (int i = 0; i < dimension; i++) {
            adapted[start + i] =
                text[start + i] + mean[i] + NOISE_STD_DEV * (float) random.nextGaussian();
          }
        }
        case LINEAR -> multiply(matrix, text, start, mean, start);
        case COVARIANCE -> {
          correlate(start, 1);
          for (int i = 0; i < dimension; i++) {
            adapted[start + i] += text[start + i];
          }
        }
        case COVARIANCE_WITH_NOISE -> {
          correlate(start, NOISE_MULTIPLIER);
          for (int i = 0; i < dimension; i++) {
            adapted[start + i] += text[start + i] + NOISE_STD_DEV * (float) random.nextGaussian();
          }
        }
      }
      normalise(start);
    }
    return adapted;
  }

  private void correlate(int start, float multiplier) {
    for (int i = 0; i < dimension; i++) {
      draw[i] = multiplier * (float) random.nextGaussian();
    }
    multiply(factor, draw, 0, mean, start);
  }

  private void multiply(float[] by, float[] vector, int from, float[] offset, int start) {
    for (int row = 0; row < dimension; row++) {
      float sum = offset[row];
      for (int column = 0; column < dimension; column++) {
        sum += by[row * dimension + column] * vector[from + column];
      }
      adapted[start + row] = sum;
    }
  }

  private void normalise(int start) {
    float squares = 0;
    for (int i = start; i < start + dimension; i++) {
      squares += adapted[i] * adapted[i];
    }
    float norm = (float) Math.sqrt(squares);
    for (int i = start; i < start + dimension; i++) {
      adapted[i] /= norm;
    }
  }
}
