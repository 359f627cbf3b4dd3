package io.github.close4j.examples.clip;

import io.github.close4j.examples.scenes.CaptionWriter;
import io.github.close4j.examples.scenes.Scene;
import io.github.close4j.examples.scenes.SceneGenerator;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.image.ClipImageProcessor;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Contrastive batches, drawn one ahead of the step that uses them. Half of a batch are near twins
 * of the other half, which differ in one thing that captions tell: without them a small CLIP learns
 * colours and little else.
 */
final class SceneBatches {
  /** Pixels [B,3,S,S] and a caption's token ids for each. */
  record Batch(float[] pixels, List<long[]> captions) {}

  private final SceneGenerator scenes;
  private final SplittableRandom random;
  private final ClipImageProcessor processor;
  private final TextTokenizer tokenizer;
  private final int batchSize;
  private CompletableFuture<Batch> next;

  SceneBatches(long seed, int batchSize, ClipImageProcessor processor, TextTokenizer tokenizer) {
    this.scenes = new SceneGenerator(seed, Split.TRAIN);
    this.random = new SplittableRandom(seed);
    this.processor = processor;
    this.tokenizer = tokenizer;
    this.batchSize = batchSize;
    this.next = CompletableFuture.supplyAsync(this::draw);
  }

  Batch next() {
    Batch batch = next.join();
    next = CompletableFuture.supplyAsync(this::draw);
    return batch;
  }

  private Batch draw() {
    float[] pixels = new float[batchSize * processor.outputLength()];
    List<String> captions = new ArrayList<>();
    for (int i = 0; i < batchSize; i += 2) {
      Scene scene = scenes.next();
      add(scene, i, pixels, captions);
      add(scenes.twin(scene), i + 1, pixels, captions);
    }
    return new Batch(pixels, tokenizer.encode(captions));
  }

  private void add(Scene scene, int row, float[] pixels, List<String> captions) {
    processor.process(SceneRenderer.render(scene), pixels, row * processor.outputLength());
    captions.add(CaptionWriter.captions(scene, 1, random).get(0));
  }
}
