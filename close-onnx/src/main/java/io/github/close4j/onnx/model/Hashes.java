package io.github.close4j.onnx.model;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Path;

/** SHA-256 of files. */
final class Hashes {
  private Hashes() {}

  /** The SHA-256 of a file's bytes, 64 lower-case hexadecimal digits. */
  static String sha256(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
  }
}
