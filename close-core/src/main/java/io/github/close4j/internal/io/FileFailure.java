package io.github.close4j.internal.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Why a file could not be used, in words. The JDK's exceptions say it by their class alone: their
 * message is a path, as a rule that of the file that is named already.
 */
public final class FileFailure {
  private FileFailure() {}

  /**
   * The reason, to stand behind {@code FILE: cannot be read: }.
   *
   * @throws java.util.concurrent.CancellationException if there is none but that the thread was
   *     interrupted: nothing is wrong with the file then
   */
  public static String reason(Exception failure) {
    Interruption.requireNot(failure);
    if (failure instanceof FileSystemException known) {
      String what = what(known);
      return what == null
          ? String.valueOf(known.getMessage())
          : what + " (" + known.getFile() + ")";
    }
    return failure instanceof FileNotFoundException
        ? "no such file, or no permission (" + failure.getMessage() + ")"
        : String.valueOf(failure.getMessage());
  }

  /**
   * Whether a folder on the way may not be entered, so that a path looks as if nothing were there.
   */
  public static boolean isForbidden(Path path) {
    try {
      Files.readAttributes(path, BasicFileAttributes.class);
      return false;
    } catch (AccessDeniedException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static @Nullable String what(FileSystemException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "something of that name is there already";
    }
    if (failure instanceof NotDirectoryException) {
      return "not a folder";
    }
    if (failure instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    }
    return failure instanceof FileSystemLoopException ? "a link leads back to itself" : null;
  }
}
