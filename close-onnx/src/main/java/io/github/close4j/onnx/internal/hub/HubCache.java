package io.github.close4j.onnx.internal.hub;

import io.github.close4j.internal.io.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One repository's folder in Hugging Face's cache: {@code blobs/<hash>} holds contents, {@code
 * snapshots/<commit>/<file>} links to them, {@code refs/<revision>} names a commit. No name that
 * becomes part of a path may lead out of its directory, on any system.
 */
final class HubCache {
  private static final String PART = "[A-Za-z0-9_][A-Za-z0-9_.-]*";
  private static final Pattern REPOSITORY = Pattern.compile(PART + "(/" + PART + ")?");
  private static final Pattern PATH = Pattern.compile(PART + "(/" + PART + ")*");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern BLOB = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final int LONGEST_REF = 256;

  private final Path folder;

  HubCache(Path cache, String repository) {
    this.folder = cache.resolve("models--" + repository.replace("/", "--"));
  }

  static boolean isRepository(String name) {
    return REPOSITORY.matcher(name).matches() && !name.contains("..") && !name.contains("--");
  }

  static String requireRepository(String name) {
    if (!isRepository(name)) {
      throw new IllegalArgumentException("repository: expected owner/name, found '" + name + "'");
    }
    return name;
  }

  static String requireRevision(String name) {
    return requirePath("revision", name);
  }

  static String requireFile(String name) {
    return requirePath("file", name);
  }

  private static String requirePath(String what, String name) {
    if (!PATH.matcher(name).matches() || name.contains("..")) {
      throw new IllegalArgumentException(
          "%s: expected a relative name without '..', found '%s'".formatted(what, name));
    }
    return name;
  }

  /** Whether it is a commit's full hash. */
  static boolean isCommit(String name) {
    return COMMIT.matcher(name).matches();
  }

  /** Whether it is a SHA-256, or the SHA-1 of a git blob. */
  static boolean isBlob(String name) {
    return BLOB.matcher(name).matches();
  }

  /** The repository's own folder. */
  Path folder() {
    return folder;
  }

  /** The commit that a revision stands for here, if it is known. */
  Optional<String> commit(String revision) throws IOException {
    if (isCommit(revision)) {
      return Optional.of(revision);
    }
    Path ref = folder.resolve("refs").resolve(revision);
    if (!Files.isRegularFile(ref) || Files.size(ref) > LONGEST_REF) {
      return Optional.empty();
    }
    String commit = new String(Files.readAllBytes(ref), StandardCharsets.ISO_8859_1).strip();
    return Optional.of(commit).filter(HubCache::isCommit);
  }

  Path snapshot(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  Path blob(String hash) {
    return folder.resolve("blobs").resolve(hash);
  }

  /** Makes a downloaded blob a file of a snapshot. */
  void link(String commit, String file, String hash) throws IOException {
    Path link = snapshot(commit).resolve(file);
    Path directory = link.resolveSibling("");
    Files.createDirectories(directory);
    if (Files.exists(link)) {
      return;
    }
    // A link to a blob that is gone may be in the way.
    Files.deleteIfExists(link);
    Path blob = blob(hash);
    try {
      Files.createSymbolicLink(link, directory.relativize(blob));
    } catch (FileAlreadyExistsException e) {
      // Another process made it meanwhile: of the same commit, so to the same contents.
    } catch (IOException | UnsupportedOperationException e) {
      // Some systems do not let everyone make links.
      WholeFile.copy(blob, link);
    }
  }

  /** Remembers that a commit has no such file, as Python's library does. */
  void noteAbsent(String commit, String file) throws IOException {
    Path note = folder.resolve(".no_exist").resolve(commit).resolve(file);
    if (!Files.exists(note)) {
      Files.createDirectories(note.resolveSibling(""));
      WholeFile.write(note, "");
    }
  }

  /** The hash that a file of a snapshot is known by, if it is a link to a blob. */
  static Optional<String> linkedHash(Path file) throws IOException {
    if (!Files.isSymbolicLink(file)) {
      return Optional.empty();
    }
    String name = String.valueOf(Files.readSymbolicLink(file).getFileName());
    return Optional.of(name).filter(HubCache::isBlob);
  }

  /** Remembers which commit a revision stands for. */
  void setRef(String revision, String commit) throws IOException {
    if (isCommit(revision)) {
      return;
    }
    WholeFile.write(folder.resolve("refs").resolve(revision), commit);
  }
}
