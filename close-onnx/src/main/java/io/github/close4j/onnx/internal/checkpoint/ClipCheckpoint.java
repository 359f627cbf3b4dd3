package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Json;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.graph.ClipFeatureGraphs;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.tokenizer.TokenizerFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A CLIP in Hugging Face's layout: {@code config.json}, {@code preprocessor_config.json} or {@code
 * processor_config.json}, {@code tokenizer.json} or {@code vocab.json} with {@code merges.txt}, and
 * weights ({@code model.safetensors} or {@code pytorch_model.bin}, in one file or in shards).
 *
 * <p>Missing settings have the defaults of transformers' {@code CLIPConfig} and {@code
 * CLIPImageProcessor}.
 */
public final class ClipCheckpoint {
  /**
   * What OpenAI's configurations state for the end token, whose id is the highest of all; see
   * {@link ClipConfig.Text.ReadAt#HIGHEST_ID}.
   */
  private static final int LEGACY_END_TOKEN = 2;

  private static final String VISION = "vision_model.onnx";
  private static final String TEXT = "text_model.onnx";
  private static final String BOTH = "model.onnx";

  /** What a folder of one tower alone lacks, by what it says it is. */
  private static final Map<String, String> MISSING_TOWERS =
      Map.of("clip_text_model", "vision", "clip_vision_model", "text");

  private ClipCheckpoint() {}

  /**
   * Reads a directory and checks that every tensor is there in its shape. Without weights, exported
   * graphs are looked for, as {@link #openExported} does.
   *
   * @param directory the directory
   * @return its configuration and files
   * @throws io.github.close4j.UnusableFileException if a file is missing or damaged, a setting is
   *     not supported, or a tensor does not fit; the message names it
   */
  public static ClipFiles open(Path directory) {
    HuggingFaceDirectory files = new HuggingFaceDirectory(directory);
    return files.hasWeights() || graphs(files).isEmpty()
        ? openWeights(files)
        : openExported(directory);
  }

  /**
   * Reads a directory with exported graphs: {@code vision_model.onnx}, and {@code text_model.onnx}
   * if there is one, or {@code model.onnx} that is both; beside {@code config.json} or in a folder
   * {@code onnx}.
   *
   * @param directory the directory
   * @return its configuration and files
   * @throws io.github.close4j.UnusableFileException if a file is missing or damaged, a setting is
   *     not supported, or a graph does not fit; the message names it
   */
  public static ClipFiles openExported(Path directory) {
    HuggingFaceDirectory files = new HuggingFaceDirectory(directory);
    List<Path> graphs = graphs(files);
    if (graphs.isEmpty()) {
      throw new UnusableFileException(
          directory, "expected %s or %s, found none".formatted(VISION, BOTH));
    }
    return complete(withSettings(files, graphs.get(0), graphs));
  }

  private static List<Path> graphs(HuggingFaceDirectory files) {
    return files.graph(VISION).isPresent()
        ? Stream.of(VISION, TEXT).flatMap(name -> files.graph(name).stream()).toList()
        : files.graph(BOTH).stream().toList();
  }

  private static ClipFiles openWeights(HuggingFaceDirectory files) {
    return complete(withSettings(files, files.weights(), List.of()));
  }

  /** Every tensor is there in its shape. */
  private static ClipFiles complete(ClipFiles clip) {
    ClipFeatureGraphs.of(clip, Precision.FLOAT32);
    return clip;
  }

  private static ClipFiles withSettings(
      HuggingFaceDirectory files, Path weights, List<Path> graphs) {
    ClipConfig config = config(files.config());
    Json preprocessor = files.preprocessor();
    ClipConfig.Preprocessing preprocessing = ClipPreprocessing.read(preprocessor);
    if (preprocessing.imageSize() != config.vision().imageSize()) {
      throw preprocessor.wrong("crop_size", Integer.toString(config.vision().imageSize()));
    }
    return new ClipFiles(
        config, preprocessing, weights, files.tokenizer(TokenizerFiles.VOCABULARY), graphs);
  }

  private static ClipConfig config(Json settings) {
    requireBothTowers(settings);
    return settings.make(
        () ->
            new ClipConfig(
                settings.integer("projection_dim", 512),
                vision(tower(settings, "vision_config")),
                text(tower(settings, "text_config"))));
  }

  private static void requireBothTowers(Json settings) {
    String type = settings.has("model_type") ? settings.text("model_type") : "clip";
    String missing = MISSING_TOWERS.get(type);
    if (missing != null) {
      throw settings.wrong(
          "model_type",
          "clip, the whole model, as its %s tower is missing here".formatted(missing));
    }
    settings.oneOf("model_type", List.of("clip"));
  }

  private static Activation activation(Json tower) {
    String name = tower.has("hidden_act") ? tower.text("hidden_act") : "quick_gelu";
    return Activation.named(name)
        .orElseThrow(() -> tower.wrong("hidden_act", String.join(" or ", Activation.allNames())));
  }

  /** Old files have the settings twice; where the second set is there, it alone counts. */
  private static Json tower(Json settings, String name) {
    return settings.isObject(name + "_dict")
        ? settings.object(name + "_dict")
        : settings.objectOrEmpty(name);
  }

  private static ClipConfig.Vision vision(Json settings) {
    HuggingFaceDirectory.require(settings, "num_channels", 3);
    return new ClipConfig.Vision(
        settings.integer("image_size", 224),
        settings.integer("patch_size", 32),
        settings.integer("hidden_size", 768),
        settings.integer("num_hidden_layers", 12),
        settings.integer("num_attention_heads", 12),
        settings.integer("intermediate_size", 3072),
        activation(settings),
        (float) settings.number("layer_norm_eps", 1e-5));
  }

  private static ClipConfig.Text text(Json settings) {
    int vocabulary = settings.integer("vocab_size", 49408);
    int stated = settings.integer("eos_token_id", 49407);
    boolean isLegacy = stated == LEGACY_END_TOKEN;
    return new ClipConfig.Text(
        vocabulary,
        settings.integer("max_position_embeddings", 77),
        settings.integer("hidden_size", 512),
        settings.integer("num_hidden_layers", 12),
        settings.integer("num_attention_heads", 8),
        settings.integer("intermediate_size", 2048),
        activation(settings),
        (float) settings.number("layer_norm_eps", 1e-5),
        isLegacy ? vocabulary - 1 : stated,
        isLegacy ? ClipConfig.Text.ReadAt.HIGHEST_ID : ClipConfig.Text.ReadAt.END_TOKEN);
  }
}
