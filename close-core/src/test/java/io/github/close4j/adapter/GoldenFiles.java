package io.github.close4j.adapter;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** The golden files of this package's tests. */
final class GoldenFiles {
  private GoldenFiles() {}

  static Path path(String name) {
    URL url = Objects.requireNonNull(GoldenFiles.class.getResource(name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
