package io.github.close4j.examples.run;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.github.close4j.internal.io.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file or folder that a run reads, and what it held.
 *
 * @param path where it is, absolute and without {@code ..}
 * @param sha256 64 lower-case hexadecimal digits: of a file's bytes; of a folder's names and files,
 *     in the order of the names, without pictures, which no run trains on, and names that begin
 *     with a dot
 */
public record InputFile(Path path, String sha256) {
  private static final Pattern PICTURE = Pattern.compile("(?i).*\\.(jpe?g|png|gif|bmp|webp|tiff?)");

  /** Makes the path absolute. */
  public InputFile {
    path = path.toAbsolutePath().normalize();
  }

  /**
   * Reads what is there.
   *
   * @param path a file or folder
   * @return the file with the hash that it has now
   * @throws IllegalArgumentException if there is nothing
   * @throws UncheckedIOException if it cannot be read
   */
  public static InputFile of(Path path) {
    return new InputFile(path, hash(path));
  }

  /**
   * Refuses a file or folder that is no longer what it was.
   *
   * @throws IllegalArgumentException if it is missing or holds something else
   * @throws UncheckedIOException if it cannot be read
   */
  public void requireUnchanged() {
    String found = hash(path);
    if (!found.equals(sha256)) {
      throw new IllegalArgumentException(
          "%s: expected SHA-256 %s, found %s".formatted(path, sha256, found));
    }
  }

  private static String hash(Path path) {
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(
          "%s: expected a file or folder, found %s"
              .formatted(path, FileFailure.isForbidden(path) ? "permission denied" : "none"));
    }
    try {
      return Files.isDirectory(path) ? ofFolder(path) : ofFile(path).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": cannot be read: " + FileFailure.reason(e), e);
    }
  }

  private static HashCode ofFile(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256());
  }

  private static String ofFolder(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files =
          walk.filter(Files::isRegularFile)
              .map(folder::relativize)
              .filter(file -> !isHidden(file) && !PICTURE.matcher(file.toString()).matches())
              .sorted()
              .toList();
    }
    Hasher hasher = Hashing.sha256().newHasher();
    for (Path file : files) {
      String name = file.toString().replace('\\', '/');
      hasher.putInt(name.length()).putString(name, StandardCharsets.UTF_8);
      hasher.putBytes(ofFile(folder.resolve(file)).asBytes());
    }
    return hasher.hash().toString();
  }

  private static boolean isHidden(Path relative) {
    for (Path name : relative) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }
}
