package io.github.close4j.internal.io;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A directory in the making: filled under a temporary name beside its final one, renamed at the
 * end. Closed before that, it disappears, and with it the parents that were made for it. Its mode
 * is the one that the process's umask gives.
 */
public final class NewDirectory implements AutoCloseable {
  private final Path target;
  private final Path temporary;

  /** Parents that did not exist before, innermost first. */
  private final Deque<Path> madeParents;

  private NewDirectory(Path target, Path temporary, Deque<Path> madeParents) {
    this.target = target;
    this.temporary = temporary;
    this.madeParents = madeParents;
  }

  /** {@code target} is absolute and does not exist. */
  public static NewDirectory beside(Path target) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    Path parent = target.getParent();
    for (Path p = parent; !Files.exists(p); p = p.getParent()) {
      missing.addLast(p);
    }
    Files.createDirectories(parent);
    Path temporary = Files.createDirectory(WholeFile.temporaryBeside(target));
    return new NewDirectory(target, temporary, missing);
  }

  public Path path() {
    return temporary;
  }

  public void publish() throws IOException {
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    madeParents.clear();
  }

  @Override
  public void close() throws IOException {
    if (Files.exists(temporary)) {
      // Nobody else writes here, so the slower, safer walk is not needed.
      MoreFiles.deleteRecursively(temporary, RecursiveDeleteOption.ALLOW_INSECURE);
    }
    for (Path parent : madeParents) {
      Files.deleteIfExists(parent);
    }
  }
}
