package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several adapters, one after the other.
 *
 * <pre>
 *   training:    a_n(... a_1(a_0(x)))   where a_i draws from stage i of the given noise
 *   evaluation:  a_n(... a_1(a_0(x)))
 * </pre>
 *
 * <p>The adapters' draws are independent of each other, also when a sequence holds sequences. An
 * adapter inside a sequence therefore draws other numbers than it does alone. An empty sequence is
 * the identity.
 */
public final class AdapterSequence implements ModalityAdapter {
  private final List<ModalityAdapter> adapters;

  /**
   * Makes a sequence.
   *
   * @param adapters the adapters in the order in which they are applied; the list is copied
   */
  public AdapterSequence(List<? extends ModalityAdapter> adapters) {
    this.adapters = List.copyOf(adapters);
  }

  /**
   * Returns the adapters.
   *
   * @return an immutable list in the order of application
   */
  public List<ModalityAdapter> adapters() {
    return adapters;
  }

  @Override
  public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
    AdapterSteps.requireSameRows(batch, noise);
    for (int i = 0; i < adapters.size(); i++) {
      adapters.get(i).adaptForTraining(batch, noise.stage(i));
    }
  }

  @Override
  public void adaptForEvaluation(EmbeddingBatch batch) {
    for (ModalityAdapter adapter : adapters) {
      adapter.adaptForEvaluation(batch);
    }
  }

  @Override
  public @Nullable AffineMap evaluationMap() {
    AffineMap all = AffineMap.identity();
    for (ModalityAdapter adapter : adapters) {
      AffineMap next = adapter.evaluationMap();
      if (next == null) {
        return null;
      }
      all = all.andThen(next);
    }
    return all;
  }

  @Override
  public String toString() {
    return "AdapterSequence" + adapters;
  }
}
