package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.exported.ExportedGraph;
import io.github.close4j.onnx.internal.exported.ExportedParts;
import io.github.close4j.onnx.internal.exported.ExportedWeights;
import io.github.close4j.onnx.internal.exported.ExportedWriter;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.ExportedGraphs;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.onnx.internal.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A captioner of ONNX graphs as Hugging Face Optimum exports them, in 32 or 16 bits: CLIP ({@code
 * vision_model.onnx} and {@code text_model.onnx}, or {@code model.onnx}), T5 ({@code
 * encoder_model.onnx} with {@code decoder_model_merged.onnx}, or with {@code decoder_model.onnx}
 * and {@code decoder_with_past_model.onnx}), and a prefix of one's own between them.
 *
 * <p>Each directory has the {@code config.json}, {@code tokenizer.json} and (CLIP's) {@code
 * preprocessor_config.json} of its model; the graphs may lie in a folder {@code onnx} of it.
 */
public final class ExportedCaptioner {
  private static final String ENCODER = "encoder_model.onnx";
  private static final String MERGED = "decoder_model_merged.onnx";
  private static final String DECODER = "decoder_model.onnx";
  private static final String WITH_PAST = "decoder_with_past_model.onnx";

  private ExportedCaptioner() {}

  /**
   * Writes a model directory of exported graphs. All of them are opened and tried first.
   *
   * @param clipDirectory an exported CLIP
   * @param t5Directory an exported T5
   * @param prefix a file of tensors {@code weight} [n·dModel, clipDim] and {@code bias} [n·dModel],
   *     or neither to split the vector; {@code constants} [c, dModel] if there are any; and those
   *     of an {@linkplain ImageAdapter image adapter} if there is one
   * @param decoding how captions are to be decoded unless asked otherwise
   * @param maxTextTokens longest question or hypothesis beside the picture, in tokens, end included
   * @param output the model directory to make; must not exist
   * @return the model
   * @throws UnusableFileException if a file is missing or damaged, or does not fit the others; the
   *     message names it
   * @throws IllegalArgumentException if {@code output} exists or {@code maxTextTokens < 1}
   * @throws java.io.UncheckedIOException if the model cannot be written
   */
  public static ModelFolder convert(
      Path clipDirectory,
      Path t5Directory,
      Path prefix,
      Decoding decoding,
      int maxTextTokens,
      Path output) {
    ModelFolder.requireAbsent(output);
    ClipFiles clip = ClipCheckpoint.openExported(clipDirectory);
    T5Config t5 = T5Checkpoint.readConfig(t5Directory);
    HuggingFaceDirectory t5Files = new HuggingFaceDirectory(t5Directory);
    Path t5Tokenizer = t5Files.tokenizer(TokenizerFiles.SENTENCEPIECE);
    TensorSource prefixWeights = WeightFiles.open(prefix);
    CaptionerConfig config =
        configure(
            prefix,
            () ->
                new CaptionerConfig(
                    clip.config(),
                    clip.preprocessing(),
                    t5,
                    prefixConfig(prefixWeights, clip, t5),
                    adapter(prefixWeights),
                    decoding,
                    maxTextTokens));
    ExportedWeights clipWeights = new ExportedWeights(ExportedParts.towers(clip.graphs()));
    ExportedWeights t5Weights = new ExportedWeights(t5Graphs(t5Files, t5.decoderLayers()));
    WeightBank bank =
        new WeightBank()
            .add(CaptionGraph.CLIP, clipWeights)
            .add(CaptionGraph.T5, t5Weights)
            .add(CaptionGraph.PREFIX, prefixWeights);
    new ExportedTrial(config, bank, graphs(clipWeights.graphs(), t5Weights.graphs())).run();
    return ModelFolder.write(
        output,
        config,
        Map.of("source", "exported ONNX graphs"),
        directory -> {
          TokenizerFiles.write(clip.tokenizer(), directory.resolve(ModelFolder.CLIP_TOKENIZER));
          write(clipWeights, directory, ModelFolder.CLIP_WEIGHTS, ModelFolder.CLIP_GRAPHS);
          TokenizerFiles.write(t5Tokenizer, directory.resolve(ModelFolder.T5_TOKENIZER));
          write(t5Weights, directory, ModelFolder.T5_WEIGHTS, ModelFolder.T5_GRAPHS);
          PretrainedParts.copy(prefixWeights, directory.resolve(ModelFolder.PREFIX_WEIGHTS));
        });
  }

  /** What a configuration's constructor refuses is the fault of the prefix's file. */
  private static CaptionerConfig configure(Path file, Supplier<CaptionerConfig> constructor) {
    try {
      return constructor.get();
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static List<ExportedGraph> t5Graphs(HuggingFaceDirectory files, int layers) {
    List<ExportedGraph> graphs = new ArrayList<>();
    graphs.add(ExportedParts.encoder(files.requireGraph(ENCODER)));
    graphs.addAll(
        files
            .graph(MERGED)
            .map(merged -> ExportedParts.merged(merged, layers))
            .orElseGet(
                () ->
                    ExportedParts.pair(
                        files.requireGraph(DECODER), files.requireGraph(WITH_PAST), layers)));
    return graphs;
  }

  private static ExportedGraphs graphs(List<ExportedGraph> clip, List<ExportedGraph> t5) {
    return new ExportedGraphs(
        ExportedGraphs.Clip.of(clip), new ExportedGraphs.T5(t5.get(0), t5.get(1), t5.get(2)));
  }

  private static void write(
      ExportedWeights weights, Path directory, String weightsName, List<String> graphNames)
      throws IOException {
    ExportedWriter writer = new ExportedWriter(weights, directory.resolve(weightsName));
    for (int i = 0; i < weights.graphs().size(); i++) {
      writer.write(weights.graphs().get(i), directory.resolve(graphNames.get(i)));
    }
  }

  /** As many vectors as the tensors have rows for. */
  private static CaptionerConfig.Prefix prefixConfig(
      TensorSource prefix, ClipFiles clip, T5Config t5) {
    int constants = prefix.names().contains("constants") ? (int) rows(prefix, "constants") : 0;
    if (prefix.names().contains("weight")) {
      int length = Math.toIntExact(rows(prefix, "weight") / t5.dModel());
      return new CaptionerConfig.Prefix(CaptionerConfig.Prefix.Kind.PROJECTION, length, constants);
    }
    int length = clip.config().projectionDim() / t5.dModel();
    return new CaptionerConfig.Prefix(CaptionerConfig.Prefix.Kind.SPLIT, length, constants);
  }

  private static long rows(TensorSource prefix, String name) {
    long[] shape = prefix.tensor(name).shape();
    if (shape.length != 2) {
      throw new UnusableFileException(
          prefix.file(),
          "tensor '%s': expected 2 dimensions, found %d".formatted(name, shape.length));
    }
    return shape[0];
  }

  private static ImageAdapter.Kind adapter(TensorSource prefix) {
    if (prefix.names().contains(ImageAdapter.MATRIX)) {
      return ImageAdapter.Kind.LINEAR;
    }
    return prefix.names().contains(ImageAdapter.BIAS)
        ? ImageAdapter.Kind.SHIFT
        : ImageAdapter.Kind.NONE;
  }
}
