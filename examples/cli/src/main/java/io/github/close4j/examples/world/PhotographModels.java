package io.github.close4j.examples.world;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.examples.clip.PhotographClip;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.internal.loop.NewModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Captioners of photographs: a small T5 over the small CLIP, trained on captions alone. */
public final class PhotographModels {
  private static final int MAX_TEXT_TOKENS = 32;
  private static final int BEAMS = 5;

  private static final int STEPS_A_CHECKPOINT = 500;

  private final PhotographClip clip;
  private final Path workingDirectory;

  /**
   * Captioners over one CLIP.
   *
   * @param clip the small CLIP, complete
   * @param workingDirectory where CLIP's vectors of captions and checkpoints are kept; a training
   *     that was stopped goes on from these
   */
  public PhotographModels(PhotographClip clip, Path workingDirectory) {
    this.clip = clip;
    this.workingDirectory = workingDirectory;
  }

  /**
   * How to train.
   *
   * @param epochs passes over the captions
   * @param noiseStdDev standard deviation of the noise on CLIP's vectors
   * @param threads parts of a batch that are computed beside each other
   * @param seed seed of weights, order and noise
   */
  public record Options(int epochs, double noiseStdDev, int threads, long seed) {}

  /**
   * Trains a captioner from random weights.
   *
   * @param captions what pictures' captions say
   * @param options how to train
   * @param output the model directory to make
   * @param listener told how the run goes
   * @return the model
   * @throws IOException if a file cannot be written
   */
  public ModelDirectory train(
      List<CaptionedImage> captions, Options options, Path output, TrainingListener listener)
      throws IOException {
    ClipFiles files = clip.files();
    TrainingOptions training =
        TrainingOptions.defaults()
            .epochs(options.epochs)
            // The reference fine-tunes; a small T5 from scratch takes and needs a higher rate.
            .learningRate(2e-3)
            .threads(options.threads)
            .seed(options.seed)
            .checkpointEverySteps(STEPS_A_CHECKPOINT)
            .weightPrecision(Precision.FLOAT16);
    Path checkpoints = workingDirectory.resolve("captioner");
    ModelDirectory model =
        SceneModels.trainFromScratch(
            new NewModel(config(files), files, clip.tokenizer(), DataType.F32),
            options.seed,
            trainer ->
                trainer
                    .adapter(new GaussianNoise(options.noiseStdDev))
                    .options(training)
                    .vectorCache(workingDirectory.resolve("vectors"))
                    .workingDirectory(checkpoints)
                    .resume()
                    .listener(listener),
            TrainingTask.CAPTIONING_SINGLE.examples(captions),
            output);
    MoreFiles.deleteRecursively(checkpoints, RecursiveDeleteOption.ALLOW_INSECURE);
    return model;
  }

  private static CaptionerConfig config(ClipFiles clip) {
    T5Config t5 =
        new T5Config(
            192,
            48,
            4,
            768,
            Activation.RELU,
            false,
            2,
            2,
            clip.config().text().vocabularySize(),
            32,
            128,
            1e-6f,
            0,
            1,
            T5Config.OutputHead.TIED);
    return new CaptionerConfig(
        clip.config(),
        clip.preprocessing(),
        t5,
        CaptionerConfig.Prefix.projection(),
        ImageAdapter.Kind.NONE,
        Decoding.beam(BEAMS),
        MAX_TEXT_TOKENS);
  }
}
