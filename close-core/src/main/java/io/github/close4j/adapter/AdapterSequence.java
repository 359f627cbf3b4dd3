package io.github.close4j.adapter;

import io.github.close4j.embedding.EmbeddingBatch;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@link ModalityAdapter#then} makes: any number of adapters but one, none a sequence. */
final class AdapterSequence implements ModalityAdapter {
  static final AdapterSequence IDENTITY = new AdapterSequence(List.of());

  // An array: going through it makes no garbage.
  private final Member[] members;

  /** An adapter, its stream of the sequence's noise, and whether it is to normalise. */
  private record Member(
      ModalityAdapter adapter, UnaryOperator<ExampleNoise> stream, boolean normalizes) {

    void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
      ExampleNoise own = stream.apply(noise);
      if (adapter instanceof AdapterStep step) {
        step.adaptForTraining(batch, own, normalizes);
      } else {
        adapter.adaptForTraining(batch, own);
      }
    }
  }

  private AdapterSequence(List<ModalityAdapter> adapters) {
    members = new Member[adapters.size()];
    int drawn = 0;
    int others = 0;
    for (int i = 0; i < adapters.size(); i++) {
      ModalityAdapter adapter = adapters.get(i);
      boolean normalizes = true;
      UnaryOperator<ExampleNoise> stream = UnaryOperator.identity();
      if (adapter instanceof AdapterStep step) {
        boolean last = i == adapters.size() - 1;
        normalizes = last || !step.leavesNormalizationTo(adapters.get(i + 1));
        if (step.draws()) {
          int stage = drawn++ - 1;
          stream = stage < 0 ? stream : noise -> noise.stage(stage);
        }
      } else {
        int index = others++;
        stream = noise -> noise.ofOtherAdapter(index);
      }
      members[i] = new Member(adapter, stream, normalizes);
    }
  }

  static ModalityAdapter of(ModalityAdapter first, ModalityAdapter next) {
    List<ModalityAdapter> adapters =
        Stream.of(first, next).flatMap(adapter -> members(adapter).stream()).toList();
    return switch (adapters.size()) {
      case 0 -> IDENTITY;
      case 1 -> adapters.get(0);
      default -> new AdapterSequence(adapters);
    };
  }

  /** The adapters of a sequence, or the only one that there is; none for the identity. */
  static List<ModalityAdapter> members(ModalityAdapter adapter) {
    if (adapter instanceof AdapterSequence sequence) {
      return Arrays.stream(sequence.members).map(Member::adapter).toList();
    }
    boolean vanishes = adapter instanceof GaussianNoise noise && noise.noiseStdDev() == 0;
    return vanishes ? List.of() : List.of(adapter);
  }

  @Override
  public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
    AdapterStep.requireSameRows(batch, noise);
    for (Member member : members) {
      member.adaptForTraining(batch, noise);
    }
  }

  @Override
  public void adaptForEvaluation(EmbeddingBatch batch) {
    for (Member member : members) {
      member.adapter.adaptForEvaluation(batch);
    }
  }

  @Override
  public String toString() {
    return members.length == 0
        ? "identity"
        : Arrays.stream(members)
            .map(m -> m.adapter.toString())
            .collect(Collectors.joining(" then "));
  }
}
