package io.github.close4j.benchmarks;

import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** This library's adapters, in training, one batch an operation. Each thread has its own batch. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AdapterBenchmark {
  /** The adapter. */
  @Param public AdapterKind adapter = AdapterKind.GAUSSIAN;

  /** Components of a vector. */
  @Param({"512", "768", "1024"})
  public int dimension = 768;

  /** Vectors in a batch. */
  @Param({"1", "32", "128", "1024"})
  public int rows = 128;

  private ModalityAdapter measured = AdapterKind.GAUSSIAN.create(new BenchmarkData(1));
  private EmbeddingBatch source = EmbeddingBatch.allocate(0, 1);
  private EmbeddingBatch batch = source;
  private ExampleNoise noise = ExampleNoise.of(0, 0, new long[0]);

  /** Makes the adapter and its data. */
  @Setup
  public void prepare() {
    BenchmarkData data = new BenchmarkData(dimension);
    measured = adapter.create(data);
    source = data.unitRows(rows);
    batch = source.copy();
    noise = ExampleNoise.of(1, 0, LongStream.range(0, rows).toArray());
  }

  /**
   * Adapts a batch in place, again and again; its rows stay on the unit sphere.
   *
   * @return the batch
   */
  @Benchmark
  public EmbeddingBatch inPlace() {
    measured.adaptForTraining(batch, noise);
    return batch;
  }

  /**
   * Copies the batch into a given buffer and adapts it there.
   *
   * @return the buffer
   */
  @Benchmark
  public EmbeddingBatch intoBuffer() {
    System.arraycopy(source.values(), 0, batch.values(), 0, source.values().length);
    measured.adaptForTraining(batch, noise);
    return batch;
  }
}
