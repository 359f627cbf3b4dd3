package io.github.close4j.internal.io;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes files and directories whole: whoever sees one sees all of it, even after a crash; and
 * tells by a hash whether a file is the one that was written.
 *
 * <p>What is written stands under another name beside its place and is renamed at the end, a file
 * once its bytes are on the disk. Folders that are missing are made. The mode is the one that the
 * process's umask gives, or that of the file that is replaced. If anything fails, an earlier file
 * is untouched and nothing is left behind.
 */
public final class WholeFile {
  /**
   * How names of files in the making end; one that is left over is of a process that was killed.
   */
  public static final String TEMPORARY_SUFFIX = ".tmp";

  private static final int BUFFER_BYTES = 1 << 20;

  private WholeFile() {}

  /** What to write. */
  @FunctionalInterface
  public interface Content<T> {
    void writeTo(T target) throws IOException;
  }

  /** Writes bytes. */
  public static void writeBytes(Path file, Content<? super OutputStream> content) {
    try {
      writeWhole(file.toAbsolutePath(), content);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + FileFailure.reason(e), e);
    }
  }

  /** Writes text, in UTF-8; text that has none, such as half a surrogate pair, is an error. */
  public static void write(Path file, Content<? super Writer> content) {
    writeBytes(
        file,
        out -> {
          // An encoder of its own refuses what has no UTF-8, at the end when it is closed; a
          // charset would write "?".
          try (Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8.newEncoder())) {
            content.writeTo(text);
          }
        });
  }

  /** Writes text, in UTF-8. */
  public static void write(Path file, String text) {
    write(file, writer -> writer.write(text));
  }

  /** Copies a file's bytes alone; {@link Files#copy} would also take over who may read it. */
  public static void copy(Path source, Path target) {
    writeBytes(target, out -> Files.copy(source, out));
  }

  private static void writeWhole(Path target, Content<? super OutputStream> content)
      throws IOException {
    Files.createDirectories(folderOf(target));
    Path temporary = temporaryBeside(target);
    try {
      // Opened before the mode may forbid it.
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        try (OutputStream out =
            new BufferedOutputStream(
                Files.newOutputStream(temporary, StandardOpenOption.WRITE), BUFFER_BYTES)) {
          keepMode(target, temporary);
          content.writeTo(out);
        }
        // The bytes reach the disk before the name does: a power cut leaves no empty file.
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Gives a file the mode of the one that it is to replace, if there is one and the system has
   * modes: somebody chose it.
   */
  public static void keepMode(Path replaced, Path replacement) throws IOException {
    if (Files.isRegularFile(replaced)
        && Files.getFileStore(replaced).supportsFileAttributeView(PosixFileAttributeView.class)) {
      Files.setPosixFilePermissions(replacement, Files.getPosixFilePermissions(replaced));
    }
  }

  private static Path folderOf(Path target) throws IOException {
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException("expected a path within a folder, found a root folder");
    }
    return folder;
  }

  /** A name that nobody else takes; the JDK's temporary files would be closed to other users. */
  private static Path temporaryBeside(Path target) {
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return target.resolveSibling(target.getFileName() + "." + random + TEMPORARY_SUFFIX);
  }

  /**
   * The SHA-256 of a file's bytes, 64 lower-case hexadecimal digits.
   *
   * @throws java.util.concurrent.CancellationException if this thread is interrupted
   */
  public static String sha256(Path file) throws IOException {
    Hasher hasher = Hashing.sha256().newHasher();
    byte[] bytes = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        Interruption.requireNone();
        hasher.putBytes(bytes, 0, read);
      }
    }
    return hasher.hash().toString();
  }

  /**
   * A directory in the making: filled under a temporary name beside its final one, renamed at the
   * end. Closed before that, it disappears, and with it the parents that were made for it.
   */
  public static final class NewDirectory implements AutoCloseable {
    private final Path target;
    private final Path temporary;

    /** Parents that did not exist before, innermost first. */
    private final Deque<Path> madeParents;

    private NewDirectory(Path target, Path temporary, Deque<Path> madeParents) {
      this.target = target;
      this.temporary = temporary;
      this.madeParents = madeParents;
    }

    /** {@code given} does not exist. */
    public static NewDirectory beside(Path given) throws IOException {
      // A name alone has no folder before it.
      Path target = given.toAbsolutePath().normalize();
      Path folder = folderOf(target);
      Deque<Path> missing = new ArrayDeque<>();
      for (Path p = folder; p != null && !Files.exists(p); p = p.getParent()) {
        missing.addLast(p);
      }
      Files.createDirectories(folder);
      Path temporary = Files.createDirectory(temporaryBeside(target));
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
}
