package io.github.close4j.internal.io;

import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Files that others put in their place: a copy may have left a link to nothing there, and a clone
 * without Git LFS a pointer of a few lines in place of gigabytes.
 */
public final class UsableFile {
  private static final String POINTER = "version https://git-lfs";

  private UsableFile() {}

  /**
   * Requires a file with content of its own, whatever links lead to it.
   *
   * @param expected what the file should be, with its article: {@code "a safetensors file"}
   * @throws UnusableFileException if there is none; the message says what is there
   */
  public static void require(Path file, String expected) {
    if (!Files.isRegularFile(file)) {
      throw new UnusableFileException(file, "expected %s, found %s".formatted(expected, at(file)));
    }
    if (isPointer(file)) {
      throw new UnusableFileException(
          file,
          "expected %s, found a pointer of Git LFS in its place: run 'git lfs pull' in its folder"
              .formatted(expected));
    }
  }

  /** What is at a path that leads to no file, in words. */
  public static String at(Path path) {
    if (Files.isSymbolicLink(path)) {
      return link(path);
    }
    Path nearest = nearest(path.toAbsolutePath());
    return Files.isSymbolicLink(nearest) && !Files.exists(nearest)
        ? "no file: %s is %s".formatted(nearest, link(nearest))
        : withoutLink(path);
  }

  /** Whether a file has nothing but the address of its content, as a clone without Git LFS. */
  private static boolean isPointer(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(POINTER.length());
      return new String(start, StandardCharsets.ISO_8859_1).equals(POINTER);
    } catch (IOException e) {
      return false; // Whoever reads the file says why it cannot be read.
    }
  }

  /** The path itself or the nearest folder above it that is there, be it as a link to nothing. */
  private static Path nearest(Path path) {
    Path parent = path.getParent();
    return parent == null || Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? path : nearest(parent);
  }

  private static String link(Path path) {
    try {
      String link = "a link to " + Files.readSymbolicLink(path);
      return link + end(path);
    } catch (IOException e) {
      return "a link that cannot be read: " + FileFailure.reason(e);
    }
  }

  private static String end(Path link) {
    try {
      return Files.isDirectory(link.toRealPath()) ? ", a folder" : ", no plain file";
    } catch (NoSuchFileException e) {
      return ", where nothing is";
    } catch (AccessDeniedException e) {
      return ", which may not be followed: permission denied";
    } catch (IOException e) {
      // Java has no exception of its own for links that go round in a circle.
      return String.valueOf(e.getMessage()).contains("Too many levels")
          ? ", which leads back to itself"
          : ", which cannot be followed: " + FileFailure.reason(e);
    }
  }

  private static String withoutLink(Path path) {
    try {
      BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
      return found.isDirectory() ? "a folder" : "no plain file";
    } catch (AccessDeniedException e) {
      return "permission denied";
    } catch (IOException e) {
      return "no file";
    }
  }
}
