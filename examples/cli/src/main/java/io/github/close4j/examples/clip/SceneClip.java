package io.github.close4j.examples.clip;

import io.github.close4j.examples.scenes.SceneTokenizers;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The small CLIP of the scenes world: its dimensions, its preprocessing, how it is trained. */
public final class SceneClip {
  private static final int IMAGE_SIZE = 64;
  private static final int CONTEXT_LENGTH = 32;
  private static final float EPS = TransformerLayer.LayerNorm.EPS;

  private SceneClip() {}

  /**
   * Its dimensions: about 1.5 million parameters.
   *
   * @return the configuration
   */
  public static ClipConfig config() {
    ClipConfig.Vision vision =
        new ClipConfig.Vision(IMAGE_SIZE, 8, 128, 4, 4, 512, Activation.GELU, EPS);
    int end = SceneTokenizers.clipEndToken();
    ClipConfig.Text text =
        new ClipConfig.Text(
            end + 1,
            CONTEXT_LENGTH,
            128,
            3,
            4,
            512,
            Activation.GELU,
            EPS,
            end,
            ClipConfig.Text.ReadAt.END_TOKEN);
    return new ClipConfig(256, vision, text);
  }

  /**
   * Its preprocessing: that of any CLIP, at its own size.
   *
   * @return preprocessing of pictures to 64×64
   */
  public static ClipConfig.Preprocessing preprocessing() {
    return ClipConfig.Preprocessing.clipDefaults(IMAGE_SIZE);
  }

  /**
   * Its files in a directory, whether they are there yet or not.
   *
   * @param directory the directory that {@link #train} writes to
   * @return the files
   */
  public static ClipFiles files(Path directory) {
    return new ClipFiles(
        config(),
        preprocessing(),
        directory.resolve(ModelFolder.CLIP_WEIGHTS),
        directory.resolve(ModelFolder.CLIP_TOKENIZER));
  }

  /**
   * Trains it on scenes of the training split.
   *
   * @param directory where its files go; see {@link #files}
   * @param options how to train
   * @param listener told of every step
   * @throws IOException if the files cannot be written
   */
  public static void train(
      Path directory, ClipTrainer.Options options, Consumer<ClipTrainer.Progress> listener)
      throws IOException {
    Files.createDirectories(directory);
    ClipFiles files = files(directory);
    Files.writeString(files.tokenizer(), SceneTokenizers.clip());
    try (TextTokenizer tokenizer = TextTokenizer.open(files.tokenizer(), CONTEXT_LENGTH)) {
      SceneBatches batches =
          new SceneBatches(
              options.seed(), options.batchSize(), preprocessing().processor(), tokenizer);
      new ClipTrainer(config(), options).train(batches, files.weights(), listener);
    }
  }
}
