package io.github.close4j.onnx.internal.exported;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * CLIP's towers and T5's parts, out of the files that exporters write: one for each, or for two.
 */
public final class ExportedParts {
  private static final List<String> IMAGE = List.of("image_embeds");
  private static final List<String> TEXT = List.of("text_embeds");

  /** The input of a merged decoder that tells whether there is a past. */
  private static final String USE_CACHE = "use_cache_branch";

  private ExportedParts() {}

  /**
   * Reads CLIP's towers.
   *
   * @param files the vision tower, and the text tower if there is one; or one file that is both
   * @return the vision tower, and the text tower if there is one
   * @throws io.github.close4j.UnusableFileException if a file is not sound or lacks the output of
   *     its tower
   */
  public static List<ExportedGraph> towers(List<Path> files) {
    ExportedGraph first = ExportedFile.read(files.get(0));
    if (files.size() > 1) {
      return List.of(first.part(IMAGE), ExportedFile.read(files.get(1)).part(TEXT));
    }
    boolean isBoth = first.outputs().containsKey(TEXT.get(0));
    return isBoth ? List.of(first.part(IMAGE), first.part(TEXT)) : List.of(first.part(IMAGE));
  }

  /**
   * Reads T5's encoder.
   *
   * @param file the encoder's file
   * @return the encoder
   * @throws io.github.close4j.UnusableFileException if the file is not sound or lacks the encoder's
   *     output
   */
  public static ExportedGraph encoder(Path file) {
    return ExportedFile.read(file).part(List.of("last_hidden_state"));
  }

  /**
   * Reads T5's decoders from a file each.
   *
   * @param decoder the decoder of first tokens
   * @param withPast the decoder of later tokens
   * @param layers number of their layers
   * @return the two
   * @throws io.github.close4j.UnusableFileException if a file is not sound or lacks an output
   */
  public static List<ExportedGraph> pair(Path decoder, Path withPast, int layers) {
    return parts(ExportedFile.read(decoder), ExportedFile.read(withPast), layers);
  }

  /**
   * Takes T5's merged decoder apart.
   *
   * @param file a decoder whose branches are the pair
   * @param layers number of their layers
   * @return the two
   * @throws io.github.close4j.UnusableFileException if the file is not sound or lacks an output
   */
  public static List<ExportedGraph> merged(Path file, int layers) {
    ExportedGraph merged = ExportedFile.read(file);
    return parts(merged.branch(USE_CACHE, false), merged.branch(USE_CACHE, true), layers);
  }

  private static List<ExportedGraph> parts(
      ExportedGraph decoder, ExportedGraph withPast, int layers) {
    return List.of(
        decoder.part(outputs(layers, "encoder")), withPast.part(outputs(layers, "decoder")));
  }

  /** Logits and the keys and values that are used later on. */
  private static List<String> outputs(int layers, String stack) {
    List<String> names = new ArrayList<>(List.of("logits"));
    for (int layer = 0; layer < layers; layer++) {
      names.add("present." + layer + "." + stack + ".key");
      names.add("present." + layer + "." + stack + ".value");
    }
    return names;
  }
}
