package io.github.close4j.onnx.internal.natives;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a native library goes from its jar, before it is loaded from there.
 *
 * @param folder the folder that it is unpacked into, or beneath; absolute
 * @param setting what names another folder, to stand behind "set": {@code "-Djava.io.tmpdir"}
 * @param resource its largest file in the jar, of the platform that this process runs on; null if
 *     the jar has none
 * @param lasting whether the folder is made if it is missing, and kept for the next process
 */
public record UnpackedLibrary(
    Path folder, String setting, @Nullable URL resource, boolean lasting) {
  /** How far beneath its folder a library may be kept. */
  private static final int DEPTH = 8;

  /**
   * A file of a jar on the class path or the module path.
   *
   * @param name its path in the jar
   * @return null if none has it
   */
  public static @Nullable URL resource(String name) {
    ClassLoader loader = UnpackedLibrary.class.getClassLoader();
    return loader == null ? ClassLoader.getSystemResource(name) : loader.getResource(name);
  }

  /** Whether the jar has the library for this platform. */
  boolean isInJar() {
    return resource != null;
  }

  /** What is in the way of unpacking it, in words; null if nothing is, or it is there already. */
  @Nullable String obstacle() {
    try {
      return resource == null || isUnpacked(resource) ? null : obstacle(resource);
    } catch (IOException e) {
      // Whoever unpacks will meet it, too.
      return null;
    }
  }

  private @Nullable String obstacle(URL library) throws IOException {
    Path existing = existing();
    if (!Files.isDirectory(existing)) {
      return existing + (Files.exists(existing) ? " is no folder" : " is missing");
    }
    if (!Files.isWritable(existing)) {
      return existing + " cannot be written to: no permission, or a read-only file system";
    }
    FileStore store = Files.getFileStore(existing);
    long needed = bytes(library);
    long free = store.getUsableSpace();
    // A file system that knows no size tells 0.
    if (store.getTotalSpace() > 0 && free < needed) {
      return "%s has %d bytes left, and %d are needed".formatted(existing, free, needed);
    }
    return null;
  }

  /** The folder, or what there is of the way to it. */
  private Path existing() {
    Path existing = folder;
    while (lasting && !Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return existing;
  }

  private boolean isUnpacked(URL library) throws IOException {
    String path = library.getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (!lasting || !Files.isReadable(folder)) {
      return false;
    }
    try (Stream<Path> found =
        Files.find(folder, DEPTH, (file, attributes) -> file.endsWith(name))) {
      return found.findAny().isPresent();
    }
  }

  private static long bytes(URL library) throws IOException {
    URLConnection connection = library.openConnection();
    connection.setUseCaches(false);
    try (InputStream content = connection.getInputStream()) {
      long length = connection.getContentLengthLong();
      return length < 0 ? content.available() : length;
    }
  }
}
