package io.github.close4j.examples.world;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.examples.clip.SceneClip;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneTokenizers;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.training.CaptionTrainer;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.internal.loop.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

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
   * @param output the model directory to make
   * @param listener told how the run goes
   * @return the model
   * @throws IOException if a file cannot be written
   */
  public ModelDirectory train(ModalityAdapter adapter, Path output, TrainingListener listener)
      throws IOException {
    Path tokenizer = workingDirectory.resolve(ModelFolder.T5_TOKENIZER);
    Files.createDirectories(workingDirectory);
    Files.writeString(tokenizer, SceneTokenizers.t5());
    List<TrainingExample> examples =
        TrainingTask.CAPTIONING_SINGLE.examples(
            corpus.captions().stream().map(CaptionedImage::of).toList());
    TrainingOptions options =
        TrainingOptions.defaults()
            .epochs(epochs)
            // The reference fine-tunes; a small T5 from scratch takes and needs a higher rate.
            .learningRate(2e-3)
            // A seed must give the same weights on every machine.
            .threads(1)
            .seed(seed)
            .weightPrecision(Precision.FLOAT16);
    return trainFromScratch(
        new NewModel(config(), clip, tokenizer, DataType.F32),
        seed,
        trainer ->
            trainer
                .adapter(adapter)
                .options(options)
                .vectorCache(workingDirectory)
                .listener(listener),
        examples,
        output);
  }

  /**
   * Trains a captioner that starts from random weights: text-only models of scenes have nothing
   * else to start from.
   *
   * @param start dimensions, CLIP and tokenizer
   * @param seed seed of the weights
   * @param prepared sets the trainer up
   * @param examples what to learn
   * @param output the model directory to make
   * @return the model
   * @throws IOException if a file cannot be written
   */
  public static ModelDirectory trainFromScratch(
      NewModel start,
      long seed,
      UnaryOperator<CaptionTrainer> prepared,
      List<TrainingExample> examples,
      Path output)
      throws IOException {
    Path folder = Files.createTempDirectory("untrained");
    try {
      Path untrained = folder.resolve("model");
      start.writeUntrained(seed, untrained);
      return prepared.apply(CaptionTrainer.from(untrained)).train(examples, output);
    } finally {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private static CaptionerConfig config() {
    T5Config t5 =
        new T5Config(
            128,
            32,
            4,
            512,
            Activation.RELU,
            false,
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
        CaptionerConfig.Prefix.projection(),
        ImageAdapter.Kind.NONE,
        Decoding.beam(BEAMS),
        MAX_TEXT_TOKENS);
  }
}
