package io.github.close4j.benchmarks;

import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The same adapters in PyTorch on one thread, written as the reference writes them, save that the
 * covariance's factor is computed beforehand; the reference computes it in every batch.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TorchAdapterBenchmark {
  private static final double NOISE_STD_DEV = 0.12;
  private static final double NOISE_MULTIPLIER = 3;

  /** The adapter. */
  @Param public AdapterKind adapter = AdapterKind.GAUSSIAN;

  /** Components of a vector. */
  @Param({"512", "768", "1024"})
  public int dimension = 768;

  /** Vectors in a batch. */
  @Param({"1", "32", "128", "1024"})
  public int rows = 128;

  private Tensor text = new Tensor();
  private Tensor mean = new Tensor();
  private Tensor matrix = new Tensor();
  private Tensor factor = new Tensor();
  private Scalar noiseStdDev = new Scalar(NOISE_STD_DEV);

  /** Copies the data into tensors. */
  @Setup
  public void prepare() {
    TorchRuntime.initialize(1, 1);
    BenchmarkData data = new BenchmarkData(dimension);
    text = Tensors.of(data.unitRows(rows).values(), rows, dimension);
    mean = Tensors.of(data.mean(), dimension);
    matrix = Tensors.of(data.matrix(), dimension, dimension);
    factor = Tensors.of(data.lowerFactor(), dimension, dimension);
    noiseStdDev = new Scalar(NOISE_STD_DEV);
  }

  /**
   * Adapts the batch into new tensors, as the reference does.
   *
   * @return a number that depends on the result
   */
  @Benchmark
  @SuppressWarnings("try") // the scope frees what is made within it
  public long reference() {
    try (PointerScope scope = new PointerScope()) {
      Tensor adapted = normalised(moved());
      return adapted.data_ptr().address();
    }
  }

  private Tensor moved() {
    return switch (adapter) {
      case GAUSSIAN -> text.add(noise());
      case MEAN_SHIFT -> text.add(mean);
      case SHIFT_WITH_NOISE -> text.add(mean).add(noise());
      case LINEAR -> text.matmul(matrix.t()).add(mean);
      case COVARIANCE -> text.add(mean).add(correlated());
      case COVARIANCE_WITH_NOISE ->
          text.add(mean).add(correlated().mul(new Scalar(NOISE_MULTIPLIER))).add(noise());
    };
  }

  private Tensor noise() {
    return torch.randn_like(text).mul(noiseStdDev);
  }

  private Tensor correlated() {
    return torch.randn_like(text).matmul(factor.t());
  }

  private static Tensor normalised(Tensor rows) {
    return rows.div(rows.norm(new ScalarOptional(new Scalar(2)), new long[] {-1}, true));
  }
}
