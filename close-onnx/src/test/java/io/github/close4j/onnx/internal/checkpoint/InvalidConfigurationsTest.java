package io.github.close4j.onnx.internal.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeded configurations each of which is invalid by construction, beside sound weights: every one
 * is refused, by our exception, with the file, the setting or tensor where there is one, what was
 * expected and what was found.
 */
final class InvalidConfigurationsTest {
  private static final long SEED = 20261124;
  private static final int MUTANTS = 500;
  private static final String TENSOR = "tensor '";

  @TempDir private Path directory;

  @Test
  void everyInvalidClipConfigurationIsRefused() throws IOException {
    assertAllRefused(
        "clip-gelu",
        "config.json",
        ClipCheckpoint::open,
        mutants ->
            mutants
                .choice("model_type", List.of("clip_vision_model", "siglip", "t5"))
                .object("text_config")
                .object("vision_config")
                .dimension("projection_dim", "projectionDim", TENSOR)
                .dimension("text_config/vocab_size", "text.vocabularySize", TENSOR)
                .dimension("text_config/hidden_size", "text.h", TENSOR)
                .dimension("text_config/intermediate_size", "text.feedForward", TENSOR)
                .dimension("text_config/max_position_embeddings", "text.contextLength", TENSOR)
                .layers("text_config/num_hidden_layers", "text.layers", TENSOR)
                .above("text_config/num_attention_heads", 24, "text.heads")
                .above("text_config/eos_token_id", 63, "text.endTokenId")
                .positive("text_config/layer_norm_eps", "text.layerNormEps")
                .choice("text_config/hidden_act", List.of("relu6", "mish", "gelu_10"))
                .dimension("vision_config/hidden_size", "vision.h", TENSOR)
                .dimension("vision_config/intermediate_size", "vision.feedForward", TENSOR)
                .dimension("vision_config/image_size", "vision.", "crop_size", TENSOR)
                .dimension("vision_config/patch_size", "vision.patchSize", TENSOR)
                .layers("vision_config/num_hidden_layers", "vision.layers", TENSOR)
                .above("vision_config/num_channels", 3)
                .above("vision_config/num_attention_heads", 32, "vision.heads")
                .positive("vision_config/layer_norm_eps", "vision.layerNormEps")
                .choice("vision_config/hidden_act", List.of("linear", "tanh", "GELU")));
  }

  @Test
  void everyInvalidPreprocessingIsRefused() throws IOException {
    assertAllRefused(
        "clip-gelu",
        "preprocessor_config.json",
        ClipCheckpoint::open,
        mutants ->
            mutants
                .flag("do_resize", false)
                .flag("do_center_crop", false)
                .flag("do_rescale", false)
                .flag("do_normalize", false)
                .oneOf("do_convert_rgb", List.of("0", "\"false\"", "[]"))
                .flag("do_pad", true)
                .above("resample", 3)
                .oneOf("resample", List.of("0", "1", "2"))
                .number("rescale_factor")
                .oneOf("rescale_factor", List.of("0", "1", "-0.0039", "0.0038", "1e400"))
                .dimension("crop_size/height", "crop_size")
                .dimension("crop_size/width")
                .dimension("size/shortest_edge", "size")
                .required("crop_size", "size")
                .required("size")
                .oneOf(
                    "size", List.of("[]", "\"32\"", "true", "31", "{\"height\":32,\"width\":32}"))
                .oneOf(
                    "image_mean", List.of("[]", "[0.5]", "[0,0,0,0]", "0.5", "[0,0,\"1\"]", "{}"))
                .oneOf(
                    "image_std",
                    List.of("[1,1]", "[1,1,true]", "[1,1,null]", "\"0.2\"", "[[1],1,1]"))
                .choice("image_processor_type", List.of("ViTImageProcessor")));
  }

  @Test
  void everyInvalidT5ConfigurationIsRefused() throws IOException {
    assertAllRefused(
        "t5-v11",
        "config.json",
        T5Checkpoint::open,
        mutants ->
            mutants
                .choice("model_type", List.of("mt5", "longt5", "clip"))
                .flag("is_encoder_decoder", false)
                .flag("tie_word_embeddings", true)
                .dimension("d_model", "t5.dModel", TENSOR)
                .dimension("d_kv", "t5.headDim", TENSOR)
                .dimension("d_ff", "t5.feedForward", TENSOR)
                .dimension("num_heads", "t5.heads", TENSOR)
                .dimension("vocab_size", "t5.", TENSOR)
                .dimension("relative_attention_num_buckets", "t5.relative", TENSOR)
                .layers("num_layers", "t5.encoderLayers", TENSOR)
                .layers("num_decoder_layers", "t5.decoderLayers", TENSOR)
                .above("relative_attention_max_distance", 65_536, "t5.relativeMaxDistance")
                .oneOf(
                    "pad_token_id",
                    List.of("1", "63", "-1", "64", "0.5", "\"0\""),
                    "decoder_start_token_id")
                .above("decoder_start_token_id", 0)
                .above("eos_token_id", 63, "t5.endTokenId")
                .positive("layer_norm_epsilon", "t5.layerNormEps")
                .choice(
                    "feed_forward_proj",
                    List.of("relu", "gated-mish", "gelu", "gated-gated-gelu")));
  }

  @Test
  void everyInvalidIndexIsRefused() throws IOException {
    String norm = "weight_map/encoder.final_layer_norm.weight";
    String embeddings = "weight_map/shared.weight";
    List<String> paths =
        List.of(
            "\"../model-00001-of-00002.safetensors\"",
            "\"/etc/passwd\"",
            "\"/tmp/x.safetensors\"",
            "\"a/b.safetensors\"",
            "\"..\\\\x.safetensors\"",
            "\"C:x.safetensors\"",
            "\"x\\u0000.safetensors\"",
            "\".safetensors\"",
            "\"..\"",
            "\"\"",
            "\"config.json\"",
            "7",
            "null",
            "[]",
            "{}");
    List<String> other = List.of("\"model-00002-of-00002.safetensors\"");
    assertAllRefused(
        "t5-v11",
        "model.safetensors.index.json",
        T5Checkpoint::open,
        mutants ->
            mutants
                .object("weight_map")
                .required("weight_map")
                .required(norm, "encoder.final_layer_norm.weight")
                .oneOf(norm, paths)
                .oneOf(norm, other)
                .oneOf(embeddings, other)
                .oneOf(embeddings, paths)
                .oneOf("weight_map/stranger", List.of("\"model-00001-of-00002.safetensors\""))
                .oneOf(norm, List.of("\"absent.safetensors\""), "expected 3 shards"));
  }

  @Test
  void everyInvalidCheckpointOfTheReferenceIsRefused() throws IOException {
    Consumer<Path> convert =
        checkpoint ->
            ReferenceCheckpoint.convert(
                checkpoint.resolve("model.json"),
                checkpoint.resolve("state-ep8.pth"),
                Checkpoints.path("clip-quick-gelu"),
                Checkpoints.path("t5-v10"),
                directory.resolve("model"));
    assertAllRefused(
        "close",
        "model.json",
        convert,
        mutants ->
            mutants
                .choice("type", List.of("t5", "clip", "CLIP-T5"))
                .object("adapter")
                .required("adapter")
                .choice("adapter/type", List.of("seq", "mlp"))
                .above("adapter/n_tokens", 4, "prefix.length", TENSOR)
                .oneOf("adapter/n_tokens", List.of("1", "2", "3", "0"), "prefix.length", TENSOR)
                .above("adapter/n_constant", 2, "prefix.constants", TENSOR)
                .oneOf("adapter/n_constant", List.of("0", "1"), "constant", TENSOR));
  }

  private void assertAllRefused(
      String name, String file, Consumer<Path> open, Consumer<InvalidSettings> changes)
      throws IOException {
    Path checkpoint = Checkpoints.copy(name, directory);
    Path changed = checkpoint.resolve(file);
    InvalidSettings mutants = new InvalidSettings(Files.readString(changed), SEED);
    changes.accept(mutants);
    for (int i = 0; i < MUTANTS; i++) {
      InvalidSettings.Mutant mutant = mutants.next();
      Files.write(changed, mutant.json());
      Refusals.assertRefused(
          "mutant %d, %s".formatted(i, mutant.what()),
          checkpoint,
          mutant.telling(),
          () -> open.accept(checkpoint));
    }
  }
}
