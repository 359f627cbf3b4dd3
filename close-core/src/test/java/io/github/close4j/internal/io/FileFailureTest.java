package io.github.close4j.internal.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FileFailureTest {
  /** All of them have but the path as their message. */
  @Test
  void whatTheClassSaysIsSaidInWords() {
    Map<IOException, String> reasons =
        Map.of(
            new AccessDeniedException("/a"), "permission denied (/a)",
            new NoSuchFileException("/a"), "no such file or folder (/a)",
            new FileAlreadyExistsException("/a"), "something of that name is there already (/a)",
            new NotDirectoryException("/a"), "not a folder (/a)",
            new DirectoryNotEmptyException("/a"), "the folder is not empty (/a)",
            new FileSystemLoopException("/a"), "a link leads back to itself (/a)");
    reasons.forEach((failure, reason) -> assertEquals(reason, FileFailure.reason(failure)));
  }

  @Test
  void whatTheSystemSaysStays() {
    assertEquals(
        "/a: No space left on device",
        FileFailure.reason(new FileSystemException("/a", null, "No space left on device")));
    assertEquals("the disk is full", FileFailure.reason(new IOException("the disk is full")));
  }
}
