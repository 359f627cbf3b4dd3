package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.T5Weights;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.onnx.internal.model.T5Config.OutputHead;
import io.github.close4j.onnx.internal.tokenizer.TokenizerFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A T5 in Hugging Face's layout: {@code config.json}, {@code tokenizer.json} or {@code
 * spiece.model}, and weights ({@code model.safetensors} or {@code pytorch_model.bin}, in one file
 * or in shards). Versions 1.0 and 1.1 and Flan.
 *
 * <p>Missing settings have the defaults of transformers' {@code T5Config}.
 *
 * @param config its dimensions
 * @param weights its weights, under the names that {@code config} asks for and no others
 * @param tokenizer its tokenizer, of a kind that {@link TokenizerFiles} knows
 */
public record T5Checkpoint(T5Config config, TensorSource weights, Path tokenizer) {
  private static final String EMBEDDINGS = "shared.weight";
  private static final String HEAD = "lm_head.weight";

  /** Names that the one table of embeddings may have; a file may have it under several. */
  private static final List<String> EMBEDDING_NAMES =
      List.of(EMBEDDINGS, "encoder.embed_tokens.weight", "decoder.embed_tokens.weight");

  /** A tensor that every T5 has, once. */
  private static final String LANDMARK = "encoder.final_layer_norm.weight";

  private static final String FEED_FORWARD = "feed_forward_proj";
  private static final String GATED = "gated-";

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
    TensorSource file = PlainNames.of(WeightFiles.open(files.weights()), LANDMARK);
    requireDecoder(file);
    return new T5Checkpoint(
        config, select(config, "", file), files.tokenizer(TokenizerFiles.SENTENCEPIECE));
  }

  private static void requireDecoder(TensorSource file) {
    if (file.names().contains(LANDMARK)
        && file.names().stream().noneMatch(name -> name.startsWith("decoder.block."))) {
      throw new UnusableFileException(
          file.file(),
          "expected T5's encoder and decoder, found its encoder alone: take the folder of the whole"
              + " model");
    }
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
    Activation activation = activation(settings);
    boolean isGated = settings.flag("is_gated_act", feedForward(settings).startsWith(GATED));
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
                activation,
                isGated,
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

  private static String feedForward(Json settings) {
    return settings.has(FEED_FORWARD) ? settings.text(FEED_FORWARD) : "relu";
  }

  /**
   * The activation. Newer files state it itself beside {@code feed_forward_proj}; there {@code
   * gated-gelu} has always meant the form with the hyperbolic tangent.
   */
  private static Activation activation(Json settings) {
    String whole = feedForward(settings);
    String plain = whole.startsWith(GATED) ? whole.substring(GATED.length()) : whole;
    String implied = whole.equals("gated-gelu") ? "gelu_new" : plain;
    boolean isStated = settings.has("dense_act_fn");
    return Activation.named(isStated ? settings.text("dense_act_fn") : implied)
        .orElseThrow(
            () ->
                settings.wrong(
                    isStated ? "dense_act_fn" : FEED_FORWARD,
                    String.join(" or ", Activation.allNames())
                        + (isStated ? "" : ", with or without gated- before it")));
  }

  /**
   * The tensors that a configuration asks for, of those whose names begin with {@code prefix}.
   *
   * @throws UnusableFileException if one is missing or misshapen, or what should be the embeddings
   *     has other values
   */
  static TensorSource select(T5Config config, String prefix, TensorSource file) {
    String embeddings = embeddings(prefix, file);
    boolean hasHead = file.names().contains(prefix + HEAD);
    // A head without scaling may be tied all the same.
    boolean isHeadTied = config.outputHead() == OutputHead.TIED || !hasHead;
    Map<String, String> names = new LinkedHashMap<>();
    T5Weights.forEach(
        config,
        (name, shape) -> {
          boolean isEmbeddings = name.equals(EMBEDDINGS) || (isHeadTied && name.equals(HEAD));
          String stored = isEmbeddings ? embeddings : prefix + name;
          file.require(stored);
          names.put(name, stored);
        });
    EMBEDDING_NAMES.forEach(
        name -> requireSame(file, prefix + name, embeddings, "encoder and decoder share it"));
    if (isHeadTied) {
      requireSame(file, prefix + HEAD, embeddings, "the configuration scales the decoder's output");
    }
    TensorSource weights = file.select(names);
    new T5Weights(config, CaptionGraph.T5, new WeightBank().add(CaptionGraph.T5, weights))
        .requireAll();
    return weights;
  }

  /** The stored name of the embeddings; where there are none, a head that is tied to them. */
  private static String embeddings(String prefix, TensorSource file) {
    return Stream.concat(EMBEDDING_NAMES.stream(), Stream.of(HEAD))
        .map(name -> prefix + name)
        .filter(file.names()::contains)
        .findFirst()
        .orElseThrow(() -> file.missing(prefix + EMBEDDINGS));
  }

  private static void requireSame(
      TensorSource file, String name, String embeddings, String reason) {
    if (file.names().contains(name)
        && !name.equals(embeddings)
        && !file.tensor(name).bytes().equals(file.tensor(embeddings).bytes())) {
      throw new UnusableFileException(
          file.file(),
          "tensor '%s': expected the values of '%s', as %s; found others"
              .formatted(name, embeddings, reason));
    }
  }
}
