package io.github.close4j.onnx.internal.exported;

import java.nio.file.Path;
import java.util.List;

/** CLIP's towers, from a file each or from one that is both. */
public final class ExportedTowers {
  private static final List<String> IMAGE = List.of("image_embeds");
  private static final List<String> TEXT = List.of("text_embeds");

  private ExportedTowers() {}

  /**
   * Reads the towers.
   *
   * @param files the vision tower, and the text tower if there is one; or one file that is both
   * @return the vision tower, and the text tower if there is one
   * @throws io.github.close4j.UnusableFileException if a file is not sound or lacks the output of
   *     its tower
   */
  public static List<ExportedGraph> read(List<Path> files) {
    ExportedGraph first = ExportedFile.read(files.get(0));
    if (files.size() > 1) {
      return List.of(first.part(IMAGE), ExportedFile.read(files.get(1)).part(TEXT));
    }
    boolean isBoth = first.outputs().containsKey(TEXT.get(0));
    return isBoth ? List.of(first.part(IMAGE), first.part(TEXT)) : List.of(first.part(IMAGE));
  }
}
