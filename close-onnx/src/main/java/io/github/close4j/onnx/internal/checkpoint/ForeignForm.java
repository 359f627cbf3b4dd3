package io.github.close4j.onnx.internal.checkpoint;

import com.google.common.collect.ImmutableMap;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Models in forms that are not read here, and what to do with each. */
final class ForeignForm {
  private static final String OPEN_CLIP =
      "a CLIP in open_clip's form: take the same model in transformers' form, whose config.json has"
          + " the model_type clip";
  private static final String TENSORFLOW = "weights of TensorFlow alone" + toConvert("from_tf");
  private static final String FLAX = "weights of Flax alone" + toConvert("from_flax");
  private static final String ADAPTER =
      "a PEFT adapter (LoRA), which is a part of a model: merge it into the model that it was made"
          + " for, with peft's merge_and_unload() and save_pretrained(), and take that folder";
  private static final String QUANTIZED =
      "quantised weights: take the original model, and ask for the precision when it is opened";

  /** By a file that only they have. */
  private static final Map<String, String> BY_FILE =
      ImmutableMap.<String, String>builder()
          .put("adapter_config.json", ADAPTER)
          .put("adapter_model.safetensors", ADAPTER)
          .put("adapter_model.bin", ADAPTER)
          .put("open_clip_config.json", OPEN_CLIP)
          .put("open_clip_model.safetensors", OPEN_CLIP)
          .put("open_clip_pytorch_model.bin", OPEN_CLIP)
          .put("quantize_config.json", QUANTIZED)
          .put("quant_config.json", QUANTIZED)
          .put("tf_model.h5", TENSORFLOW)
          .put("tf_model.h5.index.json", TENSORFLOW)
          .put("model.ckpt.index", TENSORFLOW)
          .put("saved_model.pb", TENSORFLOW)
          .put("flax_model.msgpack", FLAX)
          .put("flax_model.msgpack.index.json", FLAX)
          .put("model_index.json", "a pipeline of diffusers, which holds several models")
          .build();

  private ForeignForm() {}

  private static String toConvert(String option) {
    return ": convert them with transformers 4, from_pretrained(FOLDER, %s=True).save_pretrained(NEW)"
        .formatted(option);
  }

  /** What a folder holds in place of a model of transformers, if it tells. */
  static Optional<String> of(Path directory) {
    return BY_FILE.entrySet().stream()
        .filter(form -> Files.exists(directory.resolve(form.getKey())))
        .map(form -> form.getKey() + ", " + form.getValue())
        .findFirst();
  }

  /**
   * Refuses the settings of a model in another form.
   *
   * @throws UnusableFileException if these are such
   */
  static void refuse(Path config, Json settings) {
    if (settings.has("model_cfg") || (settings.has("embed_dim") && settings.has("vision_cfg"))) {
      throw new UnusableFileException(
          config, "expected settings of transformers, found " + OPEN_CLIP);
    }
    if (settings.isObject("quantization_config")) {
      Json quantization = settings.object("quantization_config");
      String method =
          quantization.has("quant_method") ? quantization.text("quant_method") : "no method named";
      throw new UnusableFileException(
          config, "quantization_config: expected none, found %s (%s)".formatted(QUANTIZED, method));
    }
  }
}
