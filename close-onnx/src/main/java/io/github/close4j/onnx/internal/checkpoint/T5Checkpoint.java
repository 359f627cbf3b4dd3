package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.T5Weights;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.onnx.internal.model.T5Config.Activation;
import io.github.close4j.onnx.internal.model.T5Config.OutputHead;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A T5 in Hugging Face's layout: {@code config.json}, {@code tokenizer.json} and weights ({@code
 * model.safetensors} or {@code pytorch_model.bin}, in one file or in shards). Versions 1.0 and 1.1
 * and Flan.
 *
 * <p>Missing settings have the defaults of transformers' {@code T5Config}.
 *
 * @param config its dimensions
 * @param weights its weights, under the names that {@code config} asks for and no others
 * @param tokenizer its {@code tokenizer.json}
 */
public record T5Checkpoint(T5Config config, TensorSource weights, Path tokenizer) {
  static final String EMBEDDINGS = "shared.weight";
  static final String HEAD = "lm_head.weight";

  /**
   * Reads a directory and checks that every tensor is there in its shape.
   *
   * @param directory the directory
   * @return its configuration and files
   * @throws UnusableFileException if a file is missing or damaged, a setting is not supported, or a
   *     tensor does not fit; the message names it
   */
  public static T5Checkpoint open(Path directory) {
    HuggingFaceDirectory files = new HuggingFaceDirectory(directory);
    Json settings = files.config();
    T5Config config = config(settings);
    TensorSource weights = select(config, "", WeightFiles.open(files.weights()));
    return new T5Checkpoint(config, weights, files.tokenizer());
  }

  static T5Config readConfig(Path directory) {
    return config(new HuggingFaceDirectory(directory).config());
  }

  private static T5Config config(Json settings) {
    settings.oneOf("model_type", List.of("t5"));
    HuggingFaceDirectory.require(settings, "is_encoder_decoder", true);
    int pad = settings.integer("pad_token_id", 0);
    HuggingFaceDirectory.require(settings, "decoder_start_token_id", pad);
    int layers = settings.integer("num_layers", 6);
    String feedForward = settings.oneOf("feed_forward_proj", List.of("relu", "gated-gelu"));
    // Newer files state the scaling itself; older ones imply it by the tied embeddings.
    boolean isScaled =
        settings.flag("scale_decoder_outputs", settings.flag("tie_word_embeddings", true));
    return settings.make(
        () ->
            new T5Config(
                settings.integer("d_model", 512),
                settings.integer("d_kv", 64),
                settings.integer("num_heads", 8),
                settings.integer("d_ff", 2048),
                feedForward.equals("relu") ? Activation.RELU : Activation.GATED_GELU,
                layers,
                settings.integer("num_decoder_layers", layers),
                settings.integer("vocab_size", 32128),
                settings.integer("relative_attention_num_buckets", 32),
                settings.integer("relative_attention_max_distance", 128),
                (float) settings.number("layer_norm_epsilon", 1e-6),
                pad,
                settings.integer("eos_token_id", 1),
                isScaled ? OutputHead.TIED : OutputHead.UNTIED));
  }

  /**
   * The tensors that a configuration asks for, of those whose names begin with {@code prefix}.
   *
   * @throws UnusableFileException if one is missing or misshapen, or a tied head is not the
   *     embeddings
   */
  static TensorSource select(T5Config config, String prefix, TensorSource file) {
    boolean hasHead = file.names().contains(prefix + HEAD);
    boolean isEmbeddings = config.outputHead() == OutputHead.UNTIED && !hasHead;
    Map<String, String> names = new LinkedHashMap<>();
    T5Weights.forEach(
        config,
        (name, shape) -> {
          // A head without scaling may be tied all the same.
          String stored = isEmbeddings && name.equals(HEAD) ? EMBEDDINGS : name;
          file.tensor(prefix + stored);
          names.put(name, prefix + stored);
        });
    if (config.outputHead() == OutputHead.TIED && hasHead) {
      requireTied(prefix, file);
    }
    TensorSource weights = file.select(names);
    new T5Weights(config, CaptionGraph.T5, new WeightBank().add(CaptionGraph.T5, weights))
        .requireAll();
    return weights;
  }

  private static void requireTied(String prefix, TensorSource file) {
    boolean isTied =
        file.tensor(prefix + HEAD).bytes().equals(file.tensor(prefix + EMBEDDINGS).bytes());
    if (!isTied) {
      throw new UnusableFileException(
          file.file(),
          "tensor '%s': expected the values of '%s', as the configuration scales the decoder's output; found others"
              .formatted(prefix + HEAD, prefix + EMBEDDINGS));
    }
  }
}
