package io.github.close4j.examples.world;

import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.examples.clip.SceneClip;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneTokenizers;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.PrefixConfig;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.training.CaptionTraining;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.TrainingVectors;
import io.github.close4j.training.corpus.CaptionedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Captioners of the scenes world: a T5 of one million parameters over the small CLIP. */
public final class SceneModels {
  /** Scenes whose captions a captioner is trained on. */
  public static final int TRAINING_SCENES = 20_000;

  private static final int MAX_TEXT_TOKENS = 32;
  private static final int BEAMS = 5;

  private final ClipFiles clip;
  private final Path workingDirectory;
  private final int epochs;
  private final long seed;
  private final SceneCorpus corpus;

  /**
   * Captioners over one CLIP.
   *
   * @param clip the small CLIP
   * @param workingDirectory where vectors and tokenizers are kept meanwhile
   * @param epochs passes over the captions
   * @param seed seed of captions, weights and noise
   */
  public SceneModels(ClipFiles clip, Path workingDirectory, int epochs, long seed) {
    this.clip = clip;
    this.workingDirectory = workingDirectory;
    this.epochs = epochs;
    this.seed = seed;
    this.corpus = SceneCorpus.draw(Split.TRAIN, TRAINING_SCENES, seed);
  }

  /**
   * Trains a captioner.
   *
   * @param adapter disturbs the vectors while training
   * @param vectors where they come from
   * @param output the model directory to make
   * @param listener told how the run goes
   * @return the model
   * @throws IOException if a file cannot be written
   */
  public ModelFolder train(
      ModalityAdapter adapter, TrainingVectors vectors, Path output, TrainingListener listener)
      throws IOException {
    Path tokenizer = workingDirectory.resolve(ModelFolder.T5_TOKENIZER);
    Files.createDirectories(workingDirectory);
    Files.writeString(tokenizer, SceneTokenizers.t5());
    List<TrainingExample> examples =
        TrainingTask.CAPTIONING_SINGLE.examples(
            corpus.captions().stream().map(CaptionedImage::of).toList());
    TrainingOptions options =
        TrainingOptions.builder()
            .epochs(epochs)
            // The reference fine-tunes; a small T5 from scratch takes and needs a higher rate.
            .learningRate(2e-3)
            // A seed must give the same weights on every machine.
            .threads(1)
            .seed(seed)
            .build();
    return new CaptionTraining(config(), clip, tokenizer, null, adapter, options, DataType.F16)
        .run(examples, vectors, output, listener);
  }

  private static CaptionerConfig config() {
    T5Config t5 =
        new T5Config(
            128,
            32,
            4,
            512,
            T5Config.Activation.RELU,
            2,
            2,
            SceneTokenizers.t5VocabularySize(),
            32,
            128,
            1e-6f,
            0,
            1,
            T5Config.OutputHead.TIED);
    return new CaptionerConfig(
        SceneClip.config(),
        SceneClip.preprocessing(),
        t5,
        PrefixConfig.projection(),
        ImageAdapter.Kind.NONE,
        Decoding.beam(BEAMS),
        MAX_TEXT_TOKENS);
  }
}
