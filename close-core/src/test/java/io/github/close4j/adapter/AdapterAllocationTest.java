package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.github.close4j.embedding.EmbeddingBatch;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Noise that is an adapter of its own makes no garbage: a sequence costs nothing but its members.
 * The batch is empty, because kernels over the incubating module make garbage until compiled.
 */
class AdapterAllocationTest {
  private static final int STEPS = 200;

  @Test
  void sequencesAllocateNothing() {
    int dimension = 64;
    float[] vector = Rows.gaussian(dimension, 0.05, 2);
    GaussianNoise noise = new GaussianNoise(0.04);
    MeanShift shift = new MeanShift(vector);
    LinearAdapter linear = new LinearAdapter(Rows.gaussian(dimension * dimension, 0.3, 4), vector);
    CovarianceNoise covariance =
        new CovarianceNoise(vector, Rows.lowerTriangular(dimension, 0.02, 7));
    for (ModalityAdapter adapter :
        List.of(
            ModalityAdapter.identity(),
            noise,
            shift.then(noise),
            shift.withoutNormalization().then(noise),
            linear.then(noise),
            covariance.then(shift))) {
      EmbeddingBatch batch = EmbeddingBatch.allocate(0, dimension);
      ExampleNoise draws = Rows.noise(0);
      adapter.adaptForTraining(batch, draws); // what is made once, such as a thread's room
      long before = allocated();
      for (int step = 0; step < STEPS; step++) {
        adapter.adaptForTraining(batch, draws);
      }
      // The counter itself may cost a little, less than the smallest object a step.
      assertEquals(0, (allocated() - before) / STEPS / 16, adapter::toString);
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
