package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A CLIP and a T5 that a new captioner is to be trained from, as the reference begins: both
 * pretrained, the prefix between them not there yet.
 *
 * @param config dimensions of the captioner
 * @param clip the CLIP
 * @param t5Weights the T5's weights, under the names that {@code config} asks for
 * @param t5Tokenizer the T5's {@code tokenizer.json}
 */
public record PretrainedParts(
    CaptionerConfig config, ClipFiles clip, TensorSource t5Weights, Path t5Tokenizer) {

  /**
   * Reads both directories.
   *
   * @param clipDirectory a CLIP in Hugging Face's layout
   * @param t5Directory a T5 in Hugging Face's layout
   * @param prefix how a CLIP vector is to become T5 input
   * @param decoding how captions are to be decoded unless asked otherwise
   * @param maxTextTokens longest question or hypothesis beside the picture, in tokens, end included
   * @return the parts
   * @throws io.github.close4j.UnusableFileException if a file is missing or damaged, a setting is
   *     not supported, or a tensor does not fit; the message names it
   * @throws IllegalArgumentException if the prefix does not fit the two, or {@code maxTextTokens <
   *     1}
   */
  public static PretrainedParts open(
      Path clipDirectory,
      Path t5Directory,
      CaptionerConfig.Prefix prefix,
      Decoding decoding,
      int maxTextTokens) {
    ClipFiles clip = ClipCheckpoint.open(clipDirectory);
    T5Checkpoint t5 = T5Checkpoint.open(t5Directory);
    CaptionerConfig config =
        new CaptionerConfig(
            clip.config(),
            clip.preprocessing(),
            t5.config(),
            prefix,
            ImageAdapter.Kind.NONE,
            decoding,
            maxTextTokens);
    return new PretrainedParts(config, clip, t5.weights(), t5.tokenizer());
  }

  /** Writes all files of a model directory but its manifest. */
  void writeTo(Path directory, TensorSource prefix) throws IOException {
    clip.writeTo(directory);
    WholeFile.copy(t5Tokenizer, directory.resolve(ModelFolder.T5_TOKENIZER));
    copy(t5Weights, directory.resolve(ModelFolder.T5_WEIGHTS));
    copy(prefix, directory.resolve(ModelFolder.PREFIX_WEIGHTS));
  }

  static void copy(TensorSource tensors, Path file) {
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    tensors.names().forEach(name -> writer.add(name, tensors.tensor(name)));
    writer.write(file);
  }
}
