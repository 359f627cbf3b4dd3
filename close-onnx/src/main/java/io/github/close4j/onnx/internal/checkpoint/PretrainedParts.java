package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A CLIP and a T5 that a new captioner is to be trained from, as the reference begins: both
 * pretrained, the prefix between them not there yet.
 *
 * @param config dimensions of the captioner
 * @param clip the CLIP
 * @param t5Weights the T5's weights, under the names that {@code config} asks for
 * @param t5Tokenizer the T5's tokenizer, of a kind that {@link TokenizerFiles} knows
 */
public record PretrainedParts(
    CaptionerConfig config, ClipFiles clip, TensorSource t5Weights, Path t5Tokenizer) {

  private static final int BEAMS = 5;
  private static final int MAX_NEW_TOKENS = 32;

  /** How long a text T5's tokenizer lets through in the reference. */
  private static final int MAX_TEXT_TOKENS = 512;

  /**
   * Reads both directories, for a captioner as the paper's: four vectors of T5 for one of CLIP's, 5
   * beams, captions of at most 32 tokens.
   *
   * @param clipDirectory a CLIP in Hugging Face's layout
   * @param t5Directory a T5 in Hugging Face's layout
   * @return the parts
   * @throws io.github.close4j.UnusableFileException if a file is missing or damaged, a setting is
   *     not supported, or a tensor does not fit; the message names it
   */
  public static PretrainedParts open(Path clipDirectory, Path t5Directory) {
    ClipFiles clip = ClipCheckpoint.open(clipDirectory);
    T5Checkpoint t5 = T5Checkpoint.open(t5Directory);
    CaptionerConfig config =
        new CaptionerConfig(
            clip.config(),
            clip.preprocessing(),
            t5.config(),
            CaptionerConfig.Prefix.projection(),
            ImageAdapter.Kind.NONE,
            Decoding.beam(BEAMS).maxNewTokens(MAX_NEW_TOKENS),
            MAX_TEXT_TOKENS);
    return new PretrainedParts(config, clip, t5.weights(), t5.tokenizer());
  }

  /**
   * Writes a model directory with a random prefix, to train from.
   *
   * @param seed what the prefix follows from
   * @param output the directory to make; must not exist
   * @throws io.github.close4j.UnusableFileException if a tensor is missing or does not fit
   */
  public ModelFolder writeUntrained(long seed, Path output) {
    ModelFolder.requireAbsent(output);
    WeightBank bank =
        new WeightBank()
            .add(CaptionGraph.CLIP, ClipWeights.open(clip.weights()))
            .add(CaptionGraph.T5, t5Weights);
    new CaptionGraph(config, bank).requirePretrainedWeights();
    return ModelFolder.write(
        output,
        config,
        Map.of("source", "a CLIP and a T5 behind a random prefix", "seed", Long.toString(seed)),
        directory -> {
          writeTo(directory);
          randomPrefix(seed).write(directory.resolve(ModelFolder.PREFIX_WEIGHTS));
        });
  }

  /** The spread is that of PyTorch's own linear layers, which the reference starts from. */
  private Safetensors.Writer randomPrefix(long seed) {
    int inputs = config.clip().projectionDim();
    int outputs = config.prefix().length() * config.t5().dModel();
    double stdDev = Math.pow(3.0 * inputs, -0.5);
    RandomGenerator random = new SplittableRandom(seed);
    return new Safetensors.Writer(DataType.F32)
        .add("weight", normals(random, stdDev, outputs * inputs), outputs, inputs)
        .add("bias", normals(random, stdDev, outputs), outputs);
  }

  private static float[] normals(RandomGenerator random, double stdDev, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (stdDev * random.nextGaussian());
    }
    return values;
  }

  /** Writes all files of a model directory but its manifest. */
  void writeTo(Path directory, TensorSource prefix) throws IOException {
    writeTo(directory);
    copy(prefix, directory.resolve(ModelFolder.PREFIX_WEIGHTS));
  }

  private void writeTo(Path directory) throws IOException {
    clip.writeTo(directory);
    TokenizerFiles.write(t5Tokenizer, directory.resolve(ModelFolder.T5_TOKENIZER));
    copy(t5Weights, directory.resolve(ModelFolder.T5_WEIGHTS));
  }

  static void copy(TensorSource tensors, Path file) {
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    tensors.names().forEach(name -> writer.add(name, tensors.tensor(name)));
    writer.write(file);
  }
}
