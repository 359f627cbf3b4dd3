package io.github.close4j.examples.run;

import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.checkpoint.PretrainedParts;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.PrefixConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a run starts from: a model directory, or Hugging Face's directories of a CLIP and a T5.
 *
 * @param model a model directory, or null
 * @param clip a CLIP, or null
 * @param t5 a T5, or null
 * @param fromScratch whether T5 starts from random weights, of the given one's dimensions
 */
public record BaseModel(
    @Nullable InputFile model,
    @Nullable InputFile clip,
    @Nullable InputFile t5,
    boolean fromScratch) {
  private static final int BEAMS = 5;
  private static final int MAX_TEXT_TOKENS = 128;

  /**
   * Checks that it is one of the two.
   *
   * @param model see the record
   * @param clip see the record
   * @param t5 see the record
   * @param fromScratch see the record
   * @throws IllegalArgumentException if there is neither a model nor a CLIP and a T5, or all
   */
  public BaseModel {
    if (model != null ? clip != null || t5 != null : clip == null || t5 == null) {
      throw new IllegalArgumentException(
          "base: expected a model, or a CLIP and a T5; found model %s, CLIP %s, T5 %s"
              .formatted(model, clip, t5));
    }
  }

  /**
   * Starts from a model directory.
   *
   * @param directory the directory
   * @param fromScratch see the record
   * @return the base
   * @throws IllegalArgumentException if there is no such directory
   */
  public static BaseModel ofModel(Path directory, boolean fromScratch) {
    return new BaseModel(InputFile.of(directory), null, null, fromScratch);
  }

  /**
   * Starts from Hugging Face's directories.
   *
   * @param clip a CLIP
   * @param t5 a T5
   * @param fromScratch see the record
   * @return the base
   * @throws IllegalArgumentException if a directory is missing
   */
  public static BaseModel ofPretrained(Path clip, Path t5, boolean fromScratch) {
    return new BaseModel(null, InputFile.of(clip), InputFile.of(t5), fromScratch);
  }

  void requireUnchanged() {
    for (InputFile input : new @Nullable InputFile[] {model, clip, t5}) {
      if (input != null) {
        input.requireUnchanged();
      }
    }
  }

  /** The parts; a new captioner decodes with the reference's beams and as long as its task. */
  PretrainedParts open(RunTask task) {
    if (clip != null && t5 != null) {
      return PretrainedParts.open(
          clip.path(),
          t5.path(),
          PrefixConfig.projection(),
          Decoding.beam(BEAMS).maxNewTokens(task.maxTokens()),
          MAX_TEXT_TOKENS);
    }
    if (model == null) {
      throw new IllegalStateException("no model");
    }
    ModelFolder directory = ModelFolder.open(model.path());
    return new PretrainedParts(
        directory.config(),
        directory.clip(),
        directory.weights(ModelFolder.T5_WEIGHTS),
        directory.file(ModelFolder.T5_TOKENIZER));
  }
}
