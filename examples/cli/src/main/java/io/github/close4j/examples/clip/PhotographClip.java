package io.github.close4j.examples.clip;

import com.google.common.base.Joiner;
import com.google.common.hash.Hashing;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.UnusableFileException;
import io.github.close4j.examples.backbone.EfficientNetLite;
import io.github.close4j.examples.photographs.PhotographSet;
import io.github.close4j.examples.text.BytePairVocabulary;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.internal.checkpoint.ClipCheckpoint;
import io.github.close4j.onnx.internal.checkpoint.WeightFiles;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;

/**
 * The small CLIP of photographs: an EfficientNet-Lite that was trained on ImageNet and a small
 * transformer, trained together on photographs with captions. In its folder lie ONNX graphs as
 * Hugging Face Optimum exports those of any CLIP.
 */
public final class PhotographClip {
  /**
   * Edge of pictures, in pixels. It is larger than in training: crops show things larger than whole
   * pictures do, and a larger picture makes up for it (Touvron et al., "Fixing the train-test
   * resolution discrepancy", NeurIPS 2019).
   */
  public static final int IMAGE_SIZE = 256;

  private static final int TRAINING_IMAGE_SIZE = 224;

  private static final String VISION = "vision_model.onnx";
  private static final String TEXT = "text_model.onnx";
  private static final String CHECKPOINT = "training.safetensors";
  private static final String MAPS = "maps";
  private static final int STANDARDISING_BATCHES = 4;

  private static final double LEARNING_RATE = 1e-3;
  private static final double BACKBONE_LEARNING_RATE = 2e-4;
  private static final int FROZEN_EPOCHS = 1;

  /** The backbone's pixels are {@code (p - 127) / 128}. */
  private static final float PIXEL_MEAN = 127;

  private static final float PIXEL_STD_DEV = 128;
  private static final float LARGEST_PIXEL = 255;

  private final Path directory;

  /**
   * A CLIP in a folder, whether it is there yet or not.
   *
   * @param directory the folder
   */
  public PhotographClip(Path directory) {
    this.directory = directory;
  }

  /**
   * How to train.
   *
   * @param epochs passes over the photographs
   * @param batchSize photographs a step, even
   * @param vocabularySize number of tokens
   * @param temperature fixed temperature; learned if there is none
   * @param seed seed of weights, batches and dropout
   */
  public record Options(
      int epochs, int batchSize, int vocabularySize, OptionalDouble temperature, long seed) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if there is no epoch, or the temperature is not above 0 and
     *     at most 1
     */
    public Options {
      if (epochs < 1) {
        throw new IllegalArgumentException("CLIP's epochs: expected at least 1, found " + epochs);
      }
      temperature.ifPresent(
          t -> {
            if (!(t > 0 && t <= 1)) {
              throw new IllegalArgumentException(
                  "temperature: expected above 0 and at most 1, found " + t);
            }
          });
    }
  }

  /** Its folder. */
  public Path directory() {
    return directory;
  }

  /** Whether it is trained. */
  public boolean isComplete() {
    return Files.exists(directory.resolve(TEXT));
  }

  /**
   * Its files.
   *
   * @return the files
   * @throws io.github.close4j.UnusableFileException if it is not complete, or damaged
   */
  public ClipFiles files() {
    return ClipCheckpoint.openExported(directory);
  }

  /**
   * Its tokenizer, which serves a T5 as well.
   *
   * @return a {@code tokenizer.json}
   */
  public Path tokenizer() {
    return directory.resolve("tokenizer.json");
  }

  /**
   * Trains it; goes on where a training with the same options and data was stopped.
   *
   * @param backbone the backbone's weights, a {@code .pth} or safetensors file
   * @param photographs what to train on
   * @param others captions of pictures that nobody has, several of each
   * @param options how to train
   * @param listener told of every step
   * @throws IllegalArgumentException if there are fewer photographs than a batch has, or a batch
   *     fewer than 2
   * @throws io.github.close4j.UnusableFileException if the backbone's file is not one
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  public void train(
      Path backbone,
      PhotographSet photographs,
      List<List<String>> others,
      Options options,
      PhotographTrainer.Listener listener) {
    if (options.batchSize < 2 || photographs.size() < options.batchSize) {
      throw new IllegalArgumentException(
          "photographs: expected at least %d, a batch, found %d"
              .formatted(Math.max(2, options.batchSize), photographs.size()));
    }
    TensorSource stored = WeightFiles.open(backbone);
    EfficientNetLite network = EfficientNetLite.of(stored);
    List<List<List<String>>> texts = List.of(photographs.captions(), others);
    BytePairVocabulary vocabulary =
        BytePairVocabulary.learn(
            () -> texts.stream().flatMap(List::stream).flatMap(List::stream).iterator(),
            options.vocabularySize);
    WholeFile.write(tokenizer(), vocabulary.document());
    PhotographClipShape shape =
        new PhotographClipShape(network, IMAGE_SIZE, vocabulary.tokens().size());
    PhotographTrainer.Options training = trainerOptions(network, options);
    TorchRuntime.initialize(1, options.seed);
    try (PhotographWeights weights =
        new PhotographWeights(shape, network.folded(stored), training.frozen(), options.seed)) {
      String ofMaps = ofMaps(training, stored, photographs);
      FrozenMaps maps =
          new FrozenMaps(
              directory.resolve(MAPS),
              ofMaps,
              new FrozenMaps.Source(
                  photographs.files(),
                  new PictureAugmentation(TRAINING_IMAGE_SIZE, PIXEL_MEAN, PIXEL_STD_DEV),
                  weights.network().backbone(),
                  training.frozen(),
                  options.seed));
      String run = hash(ofMaps, training, texts);
      train(weights, batches(maps, photographs, others, training), training, run, listener);
      write(shape, weights::averaged);
      maps.delete();
    }
  }

  private void train(
      PhotographWeights weights,
      PhotographBatches batches,
      PhotographTrainer.Options options,
      String run,
      PhotographTrainer.Listener listener) {
    Path checkpoint = directory.resolve(CHECKPOINT);
    if (!Files.exists(checkpoint) || !weights.restore(checkpoint, run)) {
      weights.setTemperature(options.temperature().orElse(PhotographTrainer.FIRST_TEMPERATURE));
      standardise(weights, batches, options, listener);
    }
    new PhotographTrainer(options, weights, batches)
        .train(
            new PhotographTrainer.Listener() {
              @Override
              public void onMaps(int done, int total) {
                listener.onMaps(done, total);
              }

              @Override
              public void onStep(PhotographTrainer.Progress progress) {
                listener.onStep(progress);
                if (progress.step() % batches.perEpoch() == 0) {
                  weights.keep(checkpoint, run);
                }
              }
            });
  }

  private static PhotographTrainer.Options trainerOptions(
      EfficientNetLite network, Options options) {
    return new PhotographTrainer.Options(
        options.epochs,
        options.batchSize,
        LEARNING_RATE,
        BACKBONE_LEARNING_RATE,
        network.beforeLastReduction(),
        FROZEN_EPOCHS,
        options.temperature,
        options.seed);
  }

  private PhotographBatches batches(
      FrozenMaps maps,
      PhotographSet photographs,
      List<List<String>> others,
      PhotographTrainer.Options options) {
    try (TextTokenizer tokenizer =
        TextTokenizer.open(tokenizer(), PhotographClipShape.CONTEXT_LENGTH)) {
      return new PhotographBatches(
          new PhotographBatches.Source(
              maps, encoded(photographs.captions(), tokenizer), encoded(others, tokenizer)),
          options.batchSize(),
          options.seed());
    }
  }

  private static List<List<long[]>> encoded(List<List<String>> captions, TextTokenizer tokenizer) {
    List<List<long[]>> encoded = new ArrayList<>();
    captions.forEach(ofPicture -> encoded.add(tokenizer.encode(ofPicture)));
    return encoded;
  }

  /** Tells maps of pictures from others by all that they depend on; pictures by their names. */
  private static String ofMaps(
      PhotographTrainer.Options options, TensorSource backbone, PhotographSet photographs) {
    try {
      return hash(
          options.frozen(), options.seed(), WholeFile.sha256(backbone.file()), photographs.files());
    } catch (IOException e) {
      throw new UnusableFileException(
          backbone.file(), "cannot be read: " + FileFailure.reason(e), e);
    }
  }

  private static String hash(Object... parts) {
    String all = Joiner.on('\n').join(parts);
    return Hashing.sha256().hashString(all, StandardCharsets.UTF_8).toString();
  }

  /** Measures the backbone's features on the first batches. */
  @SuppressWarnings("try") // the guard turns gradients off within it
  private static void standardise(
      PhotographWeights weights,
      PhotographBatches batches,
      PhotographTrainer.Options options,
      PhotographTrainer.Listener listener) {
    List<short[]> first =
        IntStream.range(0, STANDARDISING_BATCHES)
            .mapToObj(i -> batches.get(i, listener::onMaps).maps())
            .toList();
    TorchRuntime.step(
        () -> {
          try (NoGradGuard guard = new NoGradGuard()) {
            PhotographNetwork network = weights.network();
            long[] shape = batches.shape(options.batchSize());
            network.standardise(
                Contrast.joined(
                    first.stream()
                        .map(
                            maps ->
                                network.pooled(
                                    Tensors.ofBfloat16(maps, shape), options.frozen()))));
          }
          return true;
        });
  }

  /** Writes the towers, of parameters by their names, and what describes them. */
  void write(PhotographClipShape shape, Function<String, float[]> weights) {
    PhotographGraphs graphs = new PhotographGraphs(shape, weights);
    WholeFile.write(directory.resolve("config.json"), config(shape).toString());
    WholeFile.write(directory.resolve("preprocessor_config.json"), preprocessing().toString());
    graphs.writeVision(directory.resolve(VISION));
    graphs.writeText(directory.resolve(TEXT));
  }

  /** What Hugging Face's configuration of a CLIP states; of the image tower its input alone. */
  private static JsonObject config(PhotographClipShape shape) {
    JsonObject vision = new JsonObject();
    vision.addProperty("image_size", shape.imageSize());
    vision.addProperty("patch_size", EfficientNetLite.REDUCTION);
    JsonObject text = new JsonObject();
    text.addProperty("vocab_size", shape.vocabularySize());
    text.addProperty("max_position_embeddings", PhotographClipShape.CONTEXT_LENGTH);
    text.addProperty("hidden_size", PhotographClipShape.TEXT_WIDTH);
    text.addProperty("num_hidden_layers", PhotographClipShape.TEXT_LAYERS);
    text.addProperty("num_attention_heads", PhotographClipShape.TEXT_HEADS);
    text.addProperty("intermediate_size", 4 * PhotographClipShape.TEXT_WIDTH);
    text.addProperty("hidden_act", "gelu");
    text.addProperty("eos_token_id", BytePairVocabulary.END);
    JsonObject config = new JsonObject();
    config.addProperty("model_type", "clip");
    config.addProperty("projection_dim", PhotographClipShape.DIMENSION);
    config.add("vision_config", vision);
    config.add("text_config", text);
    return config;
  }

  private static JsonObject preprocessing() {
    JsonObject size = new JsonObject();
    size.addProperty("shortest_edge", IMAGE_SIZE);
    JsonObject crop = new JsonObject();
    crop.addProperty("height", IMAGE_SIZE);
    crop.addProperty("width", IMAGE_SIZE);
    JsonObject preprocessing = new JsonObject();
    preprocessing.add("size", size);
    preprocessing.add("crop_size", crop);
    preprocessing.add("image_mean", three(PIXEL_MEAN / LARGEST_PIXEL));
    preprocessing.add("image_std", three(PIXEL_STD_DEV / LARGEST_PIXEL));
    return preprocessing;
  }

  private static JsonArray three(float value) {
    JsonArray values = new JsonArray();
    for (int i = 0; i < 3; i++) {
      values.add(value);
    }
    return values;
  }
}
