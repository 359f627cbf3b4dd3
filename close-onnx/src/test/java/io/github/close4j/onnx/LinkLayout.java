package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The ways in which files of a model stand behind symbolic links. */
public enum LinkLayout {
  /** {@code snapshots/COMMIT/name -> ../../blobs/SHA-256}. */
  HUB_CACHE {
    @Override
    void place(Path file, Path name, Path parent) throws IOException {
      String hash = MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
      Path blob = Files.createDirectories(parent.resolve("blobs")).resolve(hash);
      Files.deleteIfExists(blob);
      Files.copy(file, blob);
      Path link = linkAt(name, parent.resolve("snapshots/abc"));
      Files.createSymbolicLink(link, link.getParent().relativize(blob));
    }

    @Override
    Path folder(Path parent) {
      return parent.resolve("snapshots/abc");
    }
  },
  /** {@code name -> ..data/name}, {@code ..data -> ..2026_01_02}: a mounted volume. */
  MOUNTED_VOLUME {
    @Override
    void place(Path file, Path name, Path parent) throws IOException {
      Path folder = Files.createDirectories(folder(parent));
      Path dated = Files.createDirectories(folder.resolve("..2026_01_02"));
      if (!Files.exists(folder.resolve("..data"))) {
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_01_02"));
      }
      copy(file, dated.resolve(name));
      Path top = name.getName(0);
      if (!Files.exists(folder.resolve(top))) {
        Files.createSymbolicLink(folder.resolve(top), Path.of("..data").resolve(top));
      }
    }
  },
  /** A whole folder behind a link to a link. */
  FOLDER {
    @Override
    void place(Path file, Path name, Path parent) throws IOException {
      Path real = Files.createDirectories(parent.resolve("real"));
      copy(file, real.resolve(name));
      if (!Files.exists(folder(parent))) {
        Files.createSymbolicLink(parent.resolve("other"), real.toAbsolutePath());
        Files.createSymbolicLink(folder(parent), Path.of("other"));
      }
    }
  },
  /** Each file in a folder of its own, under a name of its own. */
  SCATTERED {
    @Override
    void place(Path file, Path name, Path parent) throws IOException {
      Path target = parent.resolve("store").resolve("of-" + name.getFileName()).resolve("data");
      copy(file, target);
      Files.createSymbolicLink(linkAt(name, folder(parent)), target.toAbsolutePath());
    }
  },
  /** On another file system. */
  OTHER_FILE_SYSTEM {
    @Override
    void place(Path file, Path name, Path parent) throws IOException {
      Path memory = Path.of("/dev/shm");
      assumeTrue(
          Files.isWritable(memory)
              && !Files.getFileStore(memory).equals(Files.getFileStore(parent)),
          "skipped: no second file system at " + memory);
      Path target = Files.createTempFile(memory, "link-layout", "");
      target.toFile().deleteOnExit();
      Files.write(target, Files.readAllBytes(file));
      Files.createSymbolicLink(linkAt(name, folder(parent)), target);
    }
  };

  /** Puts one file behind a link that has {@code name}, which may be a path of two names. */
  abstract void place(Path file, Path name, Path parent) throws IOException;

  Path folder(Path parent) {
    return parent.resolve("folder");
  }

  /** A folder like another, whose files are links, made within a parent that is not there yet. */
  public Path of(Path plain, Path parent) throws IOException {
    Files.createDirectories(parent);
    try (Stream<Path> files = Files.walk(plain)) {
      for (Path file : List.copyOf(files.filter(Files::isRegularFile).toList())) {
        place(file, plain.relativize(file), parent);
      }
    }
    return folder(parent);
  }

  private static Path linkAt(Path name, Path folder) throws IOException {
    Path link = folder.resolve(name);
    Files.createDirectories(link.getParent());
    return link;
  }

  private static void copy(Path file, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Files.copy(file, target);
  }
}
