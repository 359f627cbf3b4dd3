package io.github.close4j.onnx.internal.graph;

import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.graph.CaptionGraph.Source;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Writes a model's graphs as plain ONNX files for other tools, such as ONNX Runtime in Python: the
 * graph in one file, its weights in a second one beside it ({@code NAME.onnx.data}).
 *
 * <p>The graphs use ONNX's operators (opset 18) and some of ONNX Runtime's own ({@code
 * com.microsoft}).
 */
public final class OnnxExport {
  private final ModelFolder model;
  private final CaptionGraph captions;
  private final ClipFeatureGraphs clip;

  private OnnxExport(ModelFolder model, WeightBank weights, ExportedGraphs exported) {
    this.model = model;
    this.captions = new CaptionGraph(model.config(), weights, exported);
    this.clip = new ClipFeatureGraphs(model.config().clip(), weights, exported);
    captions.requireWeights();
  }

  /**
   * The export of a model.
   *
   * @param directory the model directory
   * @param precision in what precision the matrices are written
   * @throws io.github.close4j.UnusableFileException if the directory is not a sound model
   */
  public static OnnxExport of(Path directory, Precision precision) {
    return of(ModelFolder.open(directory), precision);
  }

  /** The export of an opened model. */
  public static OnnxExport of(ModelFolder model, Precision precision) {
    return new OnnxExport(
        model, WeightBank.of(model, precision), ExportedGraphs.of(model, precision));
  }

  /**
   * Writes all three graphs: {@code captioner.onnx}, {@code clip-images.onnx} and {@code
   * clip-texts.onnx}.
   *
   * @param folder where the files go; made if it is missing, files of these names are replaced
   * @param withText whether text stands beside the captioner's pictures
   * @param decoding how the captioner decodes
   * @throws UncheckedIOException if a file cannot be written
   */
  public void writeAll(Path folder, boolean withText, Decoding decoding) {
    pictureCaptioner(folder.resolve("captioner.onnx"), withText, decoding);
    clipImages(folder.resolve("clip-images.onnx"));
    clipTexts(folder.resolve("clip-texts.onnx"));
  }

  /**
   * Writes the whole way from pictures to token ids.
   *
   * <p>Inputs: {@code pixels} [B,3,S,S] (float, normalised as CLIP's preprocessing does); with text
   * {@code text} and {@code text_mask} [B,L] (int64); {@code max_new_tokens} (int64 scalar), and as
   * the decoding needs them {@code min_new_tokens} (int64 scalar), {@code length_penalty}, {@code
   * temperature}, {@code top_p} (float scalars), {@code top_k} [1] (int64), {@code uniforms}
   * [max_new_tokens] (float, 0 to below 1). Outputs: {@code tokens} [B,K,T] (int64, without the
   * start token) and {@code scores} [B,K] (float), best first.
   *
   * @param file the file to write; replaced if there is one
   * @param withText whether text stands beside the pictures
   * @param decoding how to decode; of its numbers only beams, rule and n-gram length are part of
   *     the graph
   * @throws UncheckedIOException if it cannot be written
   */
  public void pictureCaptioner(Path file, boolean withText, Decoding decoding) {
    model.config().requireFits(decoding);
    OnnxFile.write(captions.captioning(Source.PIXELS, withText, decoding), file);
  }

  /**
   * Writes the way from CLIP vectors to token ids: as {@link #pictureCaptioner}, with {@code
   * vectors} [B,clipDim] (float, of any norm but 0) in place of pictures.
   *
   * @param file the file to write; replaced if there is one
   * @param withText whether text stands beside the vectors
   * @param decoding how to decode
   * @throws UncheckedIOException if it cannot be written
   */
  public void vectorCaptioner(Path file, boolean withText, Decoding decoding) {
    model.config().requireFits(decoding);
    OnnxFile.write(captions.captioning(Source.VECTORS, withText, decoding), file);
  }

  /**
   * Writes CLIP's vision tower: {@code pixels} [B,3,S,S] to {@code features} [B,clipDim], not
   * normalised.
   *
   * @param file the file to write; replaced if there is one
   * @throws UncheckedIOException if it cannot be written
   */
  public void clipImages(Path file) {
    OnnxFile.write(clip.images(), file);
  }

  /**
   * Writes CLIP's text tower: {@code ids} [B,L] (int64) to {@code features} [B,clipDim], not
   * normalised.
   *
   * @param file the file to write; replaced if there is one
   * @throws UncheckedIOException if it cannot be written
   */
  public void clipTexts(Path file) {
    OnnxFile.write(clip.texts(), file);
  }
}
