package io.github.close4j.examples.world;

import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.IdentityAdapter;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.scenes.Scene;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.metric.ModalityGap;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.ClipEncoder;
import io.github.close4j.onnx.model.ClipFiles;
import io.github.close4j.onnx.model.Decoding;
import io.github.close4j.training.TextVectorCache;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingVectors;
import io.github.close4j.training.task.TrainingExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What noise brings in the scenes world: captioners trained on text without noise, on text with
 * noise of several strengths, and on image vectors, all judged on the same unseen pictures.
 */
public final class NoiseStudy {
  private final ClipFiles clip;
  private final SceneModels models;
  private final Path workingDirectory;
  private final TrainingListener listener;

  /**
   * A study.
   *
   * @param clip the small CLIP
   * @param workingDirectory where models and vectors are kept; models found there are not trained
   *     again
   * @param epochs passes over the captions, for each captioner
   * @param seed seed of captions, weights and noise
   * @param listener told how each training goes
   */
  public NoiseStudy(
      ClipFiles clip, Path workingDirectory, int epochs, long seed, TrainingListener listener) {
    this.clip = clip;
    this.models = new SceneModels(clip, workingDirectory, epochs, seed);
    this.workingDirectory = workingDirectory;
    this.listener = listener;
  }

  /**
   * Runs the study.
   *
   * @param noiseStdDevs strengths of the noise
   * @param split scenes to judge on: {@link Split#VALIDATION} to choose, {@link Split#TEST} to
   *     report
   * @param scenes number of them
   * @param lines gets the result, as Markdown, line by line
   * @throws IOException if a file cannot be written
   */
  public void run(List<Double> noiseStdDevs, Split split, int scenes, Consumer<String> lines)
      throws IOException {
    long seed = split == Split.TEST ? SceneEvaluation.TEST_SEED : SceneEvaluation.VALIDATION_SEED;
    SceneCorpus judged = SceneCorpus.draw(split, scenes, seed);
    lines.accept(describe(gap(judged)));
    lines.accept("");
    lines.accept(SceneEvaluation.HEADER);
    TrainingVectors text = new TextVectorCache(clip, 0, workingDirectory);
    lines.accept(row("text only, no noise", "text-0", new IdentityAdapter(), text, judged));
    for (double noise : noiseStdDevs) {
      String name = String.format(Locale.ROOT, "text only, σ %.2f", noise);
      lines.accept(row(name, "text-" + noise, new GaussianNoise(noise), text, judged));
    }
    lines.accept(
        row("trained on image vectors", "image", new IdentityAdapter(), this::images, judged));
  }

  private String row(
      String name,
      String directory,
      ModalityAdapter adapter,
      TrainingVectors vectors,
      SceneCorpus judged)
      throws IOException {
    Path model = workingDirectory.resolve(directory);
    if (!Files.exists(model)) {
      models.train(adapter, vectors, model, listener);
    }
    try (Captioner captioner = Captioner.open(model)) {
      Decoding decoding = captioner.config().decoding();
      return SceneEvaluation.of(captioner, judged, decoding).row(name);
    }
  }

  /** The upper bound's vectors: of the pictures themselves, one for each of a scene's captions. */
  private EmbeddingBatch images(List<TrainingExample> examples, TrainingListener told) {
    SceneCorpus corpus = models.corpus();
    EmbeddingBatch ofScenes = unitImages(corpus.scenes());
    int dimension = ofScenes.dimension();
    EmbeddingBatch ofExamples = EmbeddingBatch.allocate(examples.size(), dimension);
    for (int i = 0; i < examples.size(); i++) {
      int scene = i / SceneCorpus.CAPTIONS_A_SCENE;
      System.arraycopy(
          ofScenes.values(), scene * dimension, ofExamples.values(), i * dimension, dimension);
    }
    return ofExamples;
  }

  private ModalityGap gap(SceneCorpus corpus) {
    try (ClipEncoder encoder = ClipEncoder.open(clip, 0)) {
      List<String> first = corpus.captions().stream().map(captions -> captions.get(0)).toList();
      EmbeddingBatch texts = encoder.texts(first);
      texts.normalize();
      return ModalityGap.measure(texts, unitImages(corpus.scenes()));
    }
  }

  private EmbeddingBatch unitImages(List<Scene> scenes) {
    try (ClipEncoder encoder = ClipEncoder.open(clip, 0)) {
      EmbeddingBatch images = encoder.images(scenes.stream().map(SceneRenderer::render).toList());
      images.normalize();
      return images;
    }
  }

  private static String describe(ModalityGap gap) {
    return String.format(
        Locale.ROOT,
        "Mean cosine of a picture and its caption %.3f, of unrelated captions %.3f, of unrelated"
            + " pictures %.3f, of a picture and an unrelated caption %.3f; distance of the means"
            + " %.3f; R@1 %.3f, R@5 %.3f.",
        gap.pairCosine(),
        gap.unrelatedTextCosine(),
        gap.unrelatedImageCosine(),
        gap.unrelatedTextImageCosine(),
        gap.meanDifferenceNorm(),
        gap.imageToTextRecallAt1(),
        gap.imageToTextRecallAt5());
  }
}
