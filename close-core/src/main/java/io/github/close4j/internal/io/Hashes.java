package io.github.close4j.internal.io;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Path;

/** SHA-256 of files. */
public final class Hashes {
  private Hashes() {}

  /** The SHA-256 of a file's bytes, 64 lower-case hexadecimal digits. */
  public static String sha256(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
  }
}
