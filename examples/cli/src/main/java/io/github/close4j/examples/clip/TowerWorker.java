package io.github.close4j.examples.clip;

import io.github.close4j.training.internal.torch.Tensors;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Both towers for one part of a batch, forward and backward, on a thread of its own. Two such parts
 * on two threads are faster than one batch whose every operation is cut in two.
 */
final class TowerWorker implements AutoCloseable {
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  // Touched by the worker's thread alone; the graph of operations lives from encode to backward.
  private @Nullable PointerScope scope;
  private @Nullable Tensor images;
  private @Nullable Tensor texts;

  /** Features of a part, or gradients of them: rows of projectionDim numbers each. */
  record Pair(float[] images, float[] texts) {}

  /** Features that both towers compute on this worker's thread, not normalised. */
  CompletableFuture<Pair> encode(Supplier<Tensor> imageTower, Supplier<Tensor> textTower) {
    return CompletableFuture.supplyAsync(
        () -> {
          scope = new PointerScope();
          images = imageTower.get().to(ScalarType.Float);
          texts = textTower.get().to(ScalarType.Float);
          return new Pair(Tensors.toFloats(images), Tensors.toFloats(texts));
        },
        thread);
  }

  /** Adds to the parameters' gradients what follows from the gradients of the last features. */
  CompletableFuture<Void> backward(Pair gradients) {
    return CompletableFuture.runAsync(
        () -> {
          if (images == null || texts == null || scope == null) {
            throw new IllegalStateException("expected features to go back from, found none");
          }
          // The gradient of this sum by the features is what we were given.
          weighted(images, gradients.images()).add(weighted(texts, gradients.texts())).backward();
          scope.close();
          images = null;
          texts = null;
          scope = null;
        },
        thread);
  }

  private static Tensor weighted(Tensor features, float[] gradients) {
    return features.mul(Tensors.of(gradients, features.size(0), features.size(1))).sum();
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
