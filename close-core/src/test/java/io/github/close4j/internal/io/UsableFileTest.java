package io.github.close4j.internal.io;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UsableFileTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("file"), "version 1");
  }

  private Path link(String name, Path target) throws IOException {
    return Files.createSymbolicLink(directory.resolve(name), target);
  }

  @Test
  void aFileIsOneThroughAnyLinks() throws IOException {
    Files.createDirectory(directory.resolve("folder"));
    link("relative", Path.of("file"));
    link("absolute", directory.resolve("relative").toAbsolutePath());
    link("way", Path.of("folder"));
    link("folder/back", Path.of("../absolute"));
    for (String name : new String[] {"file", "relative", "absolute", "way/back"}) {
      assertDoesNotThrow(() -> UsableFile.require(directory.resolve(name), "a file"), name);
    }
  }

  @Test
  void whatIsThereInItsPlaceIsSaid() throws IOException {
    assertRefused(directory.resolve("none"), "no file");
    assertRefused(directory.resolve("none/further"), "no file");
    assertRefused(directory, "a folder");
    assertRefused(link("to-folder", Path.of(".")), "a link to ., a folder");
    assertRefused(link("to-nothing", Path.of("gone")), "a link to gone, where nothing is");
    assertRefused(link("to-link", Path.of("to-nothing")), "a link to to-nothing, where nothing is");
    assertRefused(link("self", Path.of("self")), "a link to self, which leads back to itself");
    link("one", Path.of("other"));
    assertRefused(link("other", Path.of("one")), "a link to one, which leads back to itself");
    assertRefused(
        directory.resolve("to-nothing/model/file"),
        "no file: " + directory.resolve("to-nothing") + " is a link to gone, where nothing is");
  }

  @Test
  void aPointerOfGitLfsIsNoContent() throws IOException {
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    String pointer = "a pointer of Git LFS in its place: run 'git lfs pull' in its folder";
    assertRefused(file, pointer);
    assertRefused(link("link", Path.of("file")), pointer);
  }

  private static void assertRefused(Path file, String found) {
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> UsableFile.require(file, "a model"));
    assertEquals(file + ": expected a model, found " + found, refusal.getMessage());
  }
}
