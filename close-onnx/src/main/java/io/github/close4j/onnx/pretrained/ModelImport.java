package io.github.close4j.onnx.pretrained;

import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.internal.checkpoint.ExportedCaptioner;
import io.github.close4j.onnx.internal.checkpoint.PretrainedParts;
import io.github.close4j.onnx.internal.checkpoint.ReferenceCheckpoint;
import java.nio.file.Path;

/**
 * Makes model directories of what other programs trained or exported: whole captioners, or a CLIP
 * and a T5 to train one from. Nothing in their files is executed; every tensor is checked before
 * anything is written.
 */
public final class ModelImport {
  /** How long a text T5's tokenizer lets through in the reference. */
  private static final int MAX_TEXT_TOKENS = 512;

  /** The paper's. */
  private static final int BEAMS = 5;

  private ModelImport() {}

  /**
   * A checkpoint of CLOSE's authors: {@code model.json} and {@code r0/state-ep8.pth}, which holds
   * the prefix and T5. CLIP and T5's configuration and tokenizer are not in it; they come from
   * Hugging Face directories of the models that {@code model.json} names.
   *
   * @param modelJson the checkpoint's {@code model.json}
   * @param state its weights, such as {@code r0/state-ep8.pth}
   * @param clip Hugging Face's directory of the CLIP that it was trained with
   * @param t5 Hugging Face's directory of the T5 that it began from; its configuration and
   *     tokenizer are used, its weights are not
   * @param target the model directory to make; must not exist
   * @return the model
   * @throws io.github.close4j.UnusableFileException if a file is missing or damaged, a setting is
   *     not supported, or a tensor does not fit; the message names it
   * @throws IllegalArgumentException if {@code target} exists
   * @throws java.io.UncheckedIOException if the model cannot be written
   */
  public static ModelDirectory authorsCheckpoint(
      Path modelJson, Path state, Path clip, Path t5, Path target) {
    ReferenceCheckpoint.convert(modelJson, state, clip, t5, target);
    return ModelDirectory.open(target);
  }

  /**
   * A pretrained CLIP and T5 with a random prefix between them: a model to train from. It can be
   * opened, and CLIP's vectors of pictures and texts are what they should be, but its captions make
   * no sense before it is trained. It decodes with 5 beams and at most 32 tokens.
   *
   * @param clip Hugging Face's directory of a CLIP
   * @param t5 Hugging Face's directory of a T5 (v1.0, v1.1 or Flan)
   * @param seed what the prefix's numbers follow from
   * @param target the model directory to make; must not exist
   * @return the model
   * @throws io.github.close4j.UnusableFileException if a file is missing or damaged, a setting is
   *     not supported, or a tensor does not fit; the message names it
   * @throws IllegalArgumentException if {@code target} exists
   * @throws java.io.UncheckedIOException if the model cannot be written
   */
  public static ModelDirectory untrained(Path clip, Path t5, long seed, Path target) {
    PretrainedParts.open(clip, t5).writeUntrained(seed, target);
    return ModelDirectory.open(target);
  }

  /**
   * ONNX graphs as Hugging Face Optimum exports them, in 32 or 16 bits, and a prefix of one's own
   * between them. All of them are opened and tried first.
   *
   * <p>Each directory has the {@code config.json}, {@code tokenizer.json} and (CLIP's) {@code
   * preprocessor_config.json} of its model; the graphs may lie in a folder {@code onnx} of it. The
   * new model decodes with 5 beams and reads texts of up to 512 tokens; see the other method.
   *
   * @param clip CLIP: {@code vision_model.onnx} and {@code text_model.onnx}, or {@code model.onnx}
   * @param t5 T5: {@code encoder_model.onnx} with {@code decoder_model_merged.onnx}, or with {@code
   *     decoder_model.onnx} and {@code decoder_with_past_model.onnx}
   * @param prefix a file of tensors {@code weight} [n·dModel, clipDim] and {@code bias} [n·dModel],
   *     or neither to split the vector; {@code constants} [c, dModel] if there are any
   * @param target the model directory to make; must not exist
   * @return the model
   * @throws io.github.close4j.UnusableFileException if a file is missing or damaged, or does not
   *     fit the others; the message names it
   * @throws IllegalArgumentException if {@code target} exists
   * @throws java.io.UncheckedIOException if the model cannot be written
   */
  public static ModelDirectory exportedGraphs(Path clip, Path t5, Path prefix, Path target) {
    return exportedGraphs(clip, t5, prefix, Decoding.beam(BEAMS), MAX_TEXT_TOKENS, target);
  }

  /**
   * As {@link #exportedGraphs(Path, Path, Path, Path)} with other defaults of the new model.
   *
   * @param clip the exported CLIP
   * @param t5 the exported T5
   * @param prefix the prefix's tensors
   * @param decoding how captions are to be decoded unless asked otherwise
   * @param maxTextTokens longest question or hypothesis beside the picture, in tokens, end included
   * @param target the model directory to make; must not exist
   * @return the model
   * @throws io.github.close4j.UnusableFileException if a file is missing or damaged, or does not
   *     fit the others; the message names it
   * @throws IllegalArgumentException if {@code target} exists or {@code maxTextTokens < 1}
   * @throws java.io.UncheckedIOException if the model cannot be written
   */
  public static ModelDirectory exportedGraphs(
      Path clip, Path t5, Path prefix, Decoding decoding, int maxTextTokens, Path target) {
    ExportedCaptioner.convert(clip, t5, prefix, decoding, maxTextTokens, target);
    return ModelDirectory.open(target);
  }
}
