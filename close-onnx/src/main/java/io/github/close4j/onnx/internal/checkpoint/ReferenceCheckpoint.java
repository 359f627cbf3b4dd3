package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.onnx.internal.tokenizer.TokenizerFiles;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A checkpoint of CLOSE's authors: {@code model.json} and {@code r0/state-ep8.pth}, which holds the
 * prefix and T5. CLIP and T5's configuration and tokenizer are not in it; they come from Hugging
 * Face directories of the models that {@code model.json} names.
 *
 * <p>Source: {@code close/model/clip_t5_model.py} of the reference.
 */
public final class ReferenceCheckpoint {
  private static final String T5 = "_t5_model.";
  private static final String WEIGHT = "adapter.lin.weight";
  private static final String BIAS = "adapter.lin.bias";
  private static final String CONSTANTS = "adapter.constant_tokens";

  /** Modality adapters may have values of their own, which only training uses. */
  private static final String LANGUAGE_SHIFT = "language_shift.";

  /** How long a text T5's tokenizer lets through in the reference. */
  private static final int MAX_TEXT_TOKENS = 512;

  private static final int BEAMS = 5;

  private ReferenceCheckpoint() {}

  /**
   * Writes a model directory that captions as the checkpoint does.
   *
   * @param modelJson the checkpoint's {@code model.json}
   * @param state its weights, such as {@code r0/state-ep8.pth}
   * @param clipDirectory Hugging Face's directory of the CLIP that it was trained with
   * @param t5Directory Hugging Face's directory of the T5 that it began from; its configuration and
   *     tokenizer are used, its weights are not
   * @param output the model directory to make; must not exist
   * @return the model
   * @throws UnusableFileException if a file is missing or damaged, a setting is not supported, or a
   *     tensor does not fit; the message names it
   * @throws IllegalArgumentException if {@code output} exists
   * @throws java.io.UncheckedIOException if the model cannot be written
   */
  public static ModelFolder convert(
      Path modelJson, Path state, Path clipDirectory, Path t5Directory, Path output) {
    return convert(modelJson, state, clipDirectory, t5Directory, output, Map.of());
  }

  /** The same, with more to tell of where the model comes from. */
  public static ModelFolder convert(
      Path modelJson,
      Path state,
      Path clipDirectory,
      Path t5Directory,
      Path output,
      Map<String, String> origins) {
    ModelFolder.requireAbsent(output);
    Json model = Json.read(modelJson);
    CaptionerConfig.Prefix prefix = prefix(model);
    ClipFiles clip = ClipCheckpoint.open(clipDirectory);
    T5Config t5 = T5Checkpoint.readConfig(t5Directory);
    CaptionerConfig config =
        model.make(
            () ->
                new CaptionerConfig(
                    clip.config(),
                    clip.preprocessing(),
                    t5,
                    prefix,
                    ImageAdapter.Kind.NONE,
                    Decoding.beam(BEAMS),
                    MAX_TEXT_TOKENS));
    TensorSource stored = WeightFiles.open(state);
    requireKnownNames(stored, prefix);
    PretrainedParts parts =
        new PretrainedParts(
            config,
            clip,
            T5Checkpoint.select(t5, T5, stored),
            new HuggingFaceDirectory(t5Directory).tokenizer(TokenizerFiles.SENTENCEPIECE));
    TensorSource prefixWeights = stored.select(prefixNames(prefix));
    WeightBank bank =
        new WeightBank()
            .add(CaptionGraph.CLIP, ClipWeights.open(clip.weights()))
            .add(CaptionGraph.T5, parts.t5Weights())
            .add(CaptionGraph.PREFIX, prefixWeights);
    new CaptionGraph(config, bank).requireWeights();
    Map<String, String> provenance = provenance(model, state);
    provenance.putAll(origins);
    return ModelFolder.write(
        output, config, provenance, directory -> parts.writeTo(directory, prefixWeights));
  }

  private static CaptionerConfig.Prefix prefix(Json model) {
    model.oneOf("type", List.of("clip-t5"));
    Json adapter = model.object("adapter");
    adapter.oneOf("type", List.of("linear"));
    return model.make(
        () ->
            new CaptionerConfig.Prefix(
                CaptionerConfig.Prefix.Kind.PROJECTION,
                adapter.integer("n_tokens", 4),
                adapter.integer("n_constant", 0)));
  }

  private static Map<String, String> prefixNames(CaptionerConfig.Prefix prefix) {
    Map<String, String> names = new LinkedHashMap<>(Map.of("weight", WEIGHT, "bias", BIAS));
    if (prefix.constants() > 0) {
      names.put("constants", CONSTANTS);
    }
    return names;
  }

  private static void requireKnownNames(TensorSource state, CaptionerConfig.Prefix prefix) {
    Collection<String> prefixNames = prefixNames(prefix).values();
    for (String name : state.names()) {
      boolean isKnown =
          name.startsWith(T5) || name.startsWith(LANGUAGE_SHIFT) || prefixNames.contains(name);
      if (!isKnown) {
        throw new UnusableFileException(
            state.file(),
            "expected a T5 and its prefix, of %d constants, found a tensor '%s'"
                .formatted(prefix.constants(), name));
      }
    }
  }

  private static Map<String, String> provenance(Json model, Path state) {
    Map<String, String> provenance = new TreeMap<>();
    provenance.put("source", "checkpoint of the reference: " + state.getFileName());
    for (String name : List.of("clip_model", "openai_clip", "t5_model_name", "caption_mode")) {
      if (model.has(name)) {
        provenance.put(name, model.text(name));
      }
    }
    if (model.isObject("language_shift")) {
      provenance.put("adapter", model.object("language_shift").toString());
    }
    return provenance;
  }
}
