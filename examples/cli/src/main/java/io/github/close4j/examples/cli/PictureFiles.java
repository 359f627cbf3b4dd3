package io.github.close4j.examples.cli;

import com.google.common.base.Ascii;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What users name as pictures: files, or folders of them. */
final class PictureFiles {
  /** Those of kinds that are not read, too: the reader refuses them by name, nothing is skipped. */
  private static final Set<String> ENDINGS =
      Set.of(
          "png", "jpg", "jpeg", "jfif", "gif", "bmp", "webp", "tif", "tiff", "heic", "heif", "avif",
          "jxl");

  private PictureFiles() {}

  /**
   * A file as it is; of a folder the files in it, not hidden ones and not those of folders in it,
   * whose names end as pictures' do, by name. A folder without any, or that cannot be read, is left
   * for the reader of pictures to refuse.
   */
  static List<Path> of(Path given) {
    if (!Files.isDirectory(given)) {
      return List.of(given);
    }
    try (Stream<Path> files = Files.list(given)) {
      List<Path> pictures =
          files
              .filter(PictureFiles::isNamedAsPicture)
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
      return pictures.isEmpty() ? List.of(given) : pictures;
    } catch (IOException e) {
      return List.of(given);
    }
  }

  private static boolean isNamedAsPicture(Path file) {
    // macOS puts a hidden file of that ending beside each picture on foreign disks.
    return !file.getFileName().toString().startsWith(".")
        && ENDINGS.contains(Ascii.toLowerCase(MoreFiles.getFileExtension(file)));
  }
}
