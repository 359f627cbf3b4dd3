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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Captioners of photographs: a small T5 over the small CLIP, trained on captions alone. */
public final class PhotographModels {
  private static final int MAX_TEXT_TOKENS = 32;
  private static final int BEAMS = 5;

  private static final int STEPS_A_CHECKPOINT = 500;
  private static final int SAMPLES = 5;
  private static final int REWARDED_BATCH = 64;

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
   * @param epochs passes over all captions
   * @param rewardedEpochs passes over the photographs' own captions in which what the captioner
   *     says is rewarded, 0 for none
   * @param noiseStdDev standard deviation of the noise on CLIP's vectors
   * @param threads parts of a batch that are computed beside each other
   * @param seed seed of weights, order and noise
   */
  public record Options(
      int epochs, int rewardedEpochs, double noiseStdDev, int threads, long seed) {}

  /**
   * Trains a captioner from random weights, on all captions word by word, then on those of the
   * photographs alone by the CIDEr-D of what it says.
   *
   * @param photographs captions of pictures like those that it is for
   * @param others captions of more pictures
   * @param options how to train
   * @param output the model directory to make
   * @param listener told how the run goes
   * @return the model
   * @throws IOException if a file cannot be written
   */
  public ModelDirectory train(
      List<CaptionedImage> photographs,
      List<CaptionedImage> others,
      Options options,
      Path output,
      TrainingListener listener)
      throws IOException {
    if (options.rewardedEpochs == 0) {
      return learnToSpeak(photographs, others, options, output, listener);
    }
    Path spoken = workingDirectory.resolve("spoken");
    if (!Files.exists(spoken)) {
      learnToSpeak(photographs, others, options, spoken, listener);
    }
    ModelDirectory model = reward(spoken, photographs, options, output, listener);
    MoreFiles.deleteRecursively(spoken, RecursiveDeleteOption.ALLOW_INSECURE);
    return model;
  }

  private ModelDirectory learnToSpeak(
      List<CaptionedImage> photographs,
      List<CaptionedImage> others,
      Options options,
      Path output,
      TrainingListener listener)
      throws IOException {
    ClipFiles files = clip.files();
    List<CaptionedImage> all = new ArrayList<>(others);
    all.addAll(photographs);
    Path checkpoints = workingDirectory.resolve("captioner");
    ModelDirectory model =
        SceneModels.trainFromScratch(
            new NewModel(config(files), files, clip.tokenizer(), DataType.F32),
            options.seed,
            trainer ->
                going(trainer, options, checkpoints, listener)
                    // The reference fine-tunes; a small T5 from scratch takes and needs more.
                    .options(training(options).epochs(options.epochs).learningRate(2e-3)),
            TrainingTask.CAPTIONING_SINGLE.examples(all),
            output);
    MoreFiles.deleteRecursively(checkpoints, RecursiveDeleteOption.ALLOW_INSECURE);
    return model;
  }

  private ModelDirectory reward(
      Path spoken,
      List<CaptionedImage> photographs,
      Options options,
      Path output,
      TrainingListener listener)
      throws IOException {
    Path checkpoints = workingDirectory.resolve("rewarded");
    List<TrainingExample> examples =
        photographs.stream().flatMap(PhotographModels::toBeSaidOfEach).toList();
    ModelDirectory model =
        going(CaptionTrainer.from(spoken).keepPrefix(), options, checkpoints, listener)
            .options(
                training(options)
                    .epochs(options.rewardedEpochs)
                    .batchSize(REWARDED_BATCH)
                    .samples(SAMPLES)
                    .learningRate(1e-4)
                    .weightPrecision(Precision.FLOAT16))
            .train(examples, output);
    MoreFiles.deleteRecursively(checkpoints, RecursiveDeleteOption.ALLOW_INSECURE);
    return model;
  }

  /** All captions of a picture are right for the vector of each. */
  private static Stream<TrainingExample> toBeSaidOfEach(CaptionedImage picture) {
    return picture.captions().stream()
        .map(caption -> new TrainingExample(List.of(caption), null, picture.captions()));
  }

  private CaptionTrainer going(
      CaptionTrainer trainer, Options options, Path checkpoints, TrainingListener listener) {
    return trainer
        .adapter(new GaussianNoise(options.noiseStdDev))
        .vectorCache(workingDirectory.resolve("vectors"))
        .workingDirectory(checkpoints)
        .resume()
        .listener(listener);
  }

  private static TrainingOptions training(Options options) {
    return TrainingOptions.defaults()
        .threads(options.threads)
        .seed(options.seed)
        .checkpointEverySteps(STEPS_A_CHECKPOINT);
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
