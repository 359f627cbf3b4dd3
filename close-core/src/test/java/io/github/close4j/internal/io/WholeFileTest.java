package io.github.close4j.internal.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeFileTest {
  @TempDir Path folder;

  @Test
  void textAndBytesAreWrittenAndFoldersMade() throws IOException {
    Path text = folder.resolve("a/b/text.txt");
    WholeFile.write(text, "π");
    assertEquals("π", Files.readString(text));
    WholeFile.write(text, writer -> writer.append("ö").append("ü"));
    assertEquals("öü", Files.readString(text));
    Path bytes = folder.resolve("a/bytes");
    WholeFile.writeBytes(bytes, out -> out.write(7));
    assertEquals(List.of((byte) 7), List.of(Files.readAllBytes(bytes)[0]));
    assertEquals(1, Files.size(bytes));
    assertNames(folder.resolve("a"), "b", "bytes");
    assertNames(folder.resolve("a/b"), "text.txt");
  }

  @Test
  void whatFailsLeavesTheEarlierFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "before");
    UncheckedIOException thrown =
        assertThrows(
            UncheckedIOException.class,
            () ->
                WholeFile.writeBytes(
                    file,
                    out -> {
                      out.write(new byte[3_000_000]);
                      throw new IOException("the disk is full");
                    }));
    assertEquals(file + ": cannot be written: the disk is full", thrown.getMessage());
    assertThrows(
        IllegalStateException.class,
        () ->
            WholeFile.write(
                file,
                writer -> {
                  throw new IllegalStateException();
                }));
    String halfOfAPair = "\ud800";
    assertThrows(UncheckedIOException.class, () -> WholeFile.write(file, halfOfAPair));
    assertEquals("before", Files.readString(file));
    assertNames(folder, "file");
  }

  @Test
  void aFolderInThePlaceIsLeftAlone() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("taken"));
    assertThrows(UncheckedIOException.class, () -> WholeFile.write(taken, "text"));
    assertTrue(Files.isDirectory(taken));
    Path below = Files.writeString(folder.resolve("file"), "a file").resolve("below");
    UncheckedIOException thrown =
        assertThrows(UncheckedIOException.class, () -> WholeFile.write(below, "text"));
    assertEquals(
        below
            + ": cannot be written: something of that name is there already ("
            + below.getParent()
            + ")",
        thrown.getMessage());
    Path root = folder.getRoot();
    assertThrows(UncheckedIOException.class, () -> WholeFile.write(root, "text"));
    assertNames(folder, "taken", "file");
  }

  /** What others may read is the umask's matter; the JDK's temporary files are for one user. */
  @Test
  void theModeIsTheUmasks() throws IOException {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "skipped: no POSIX file system");
    Path plainFile = Files.createFile(folder.resolve("plain"));
    Path plainFolder = Files.createDirectory(folder.resolve("plain-folder"));
    Path file = folder.resolve("whole");
    WholeFile.write(file, "text");
    assertEquals(Files.getPosixFilePermissions(plainFile), Files.getPosixFilePermissions(file));
    Path published = folder.resolve("published");
    try (WholeFile.NewDirectory made = WholeFile.NewDirectory.beside(published)) {
      Files.createFile(made.path().resolve("inside"));
      made.publish();
    }
    assertEquals(
        Files.getPosixFilePermissions(plainFolder), Files.getPosixFilePermissions(published));
    assertTrue(Files.exists(published.resolve("inside")));
  }

  /** Whatever somebody chose, even what keeps the owner from writing. */
  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "rw-r-----", "rw-rw-rw-", "r--r--r--", "rwxr-xr-x"})
  void aReplacedFileKeepsItsMode(String mode) throws IOException {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "skipped: no POSIX file system");
    Path file = Files.writeString(folder.resolve("file"), "before");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    WholeFile.write(file, "after");
    assertEquals("after", Files.readString(file));
    assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    WholeFile.write(link, "through a link");
    assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(link)));
  }

  @Test
  void aDirectoryThatIsNotPublishedGoesWithItsParents() throws IOException {
    Path target = folder.resolve("a/b/target");
    try (WholeFile.NewDirectory made = WholeFile.NewDirectory.beside(target)) {
      Files.createFile(made.path().resolve("inside"));
      assertFalse(Files.exists(target));
    }
    assertNames(folder);
  }

  @Test
  void writersOfOneFileDoNotMeet() throws Exception {
    Path file = folder.resolve("file");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> writers =
          Stream.of("a", "b", "c", "d")
              .<Future<?>>map(
                  text -> threads.submit(() -> WholeFile.write(file, text.repeat(100_000))))
              .toList();
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdown();
    }
    String written = Files.readString(file);
    assertEquals(written.substring(0, 1).repeat(100_000), written);
    assertNames(folder, "file");
  }

  private static void assertNames(Path folder, String... names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          Stream.of(names).sorted().toList(),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }
}
