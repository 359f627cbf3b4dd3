package io.github.close4j.onnx.internal.hub;

import java.util.regex.Pattern;

/**
 * What names may look like that become parts of paths: none may lead out of its directory, on any
 * system.
 */
final class Names {
  private static final String PART = "[A-Za-z0-9_][A-Za-z0-9_.-]*";
  private static final Pattern REPOSITORY = Pattern.compile(PART + "(/" + PART + ")?");
  private static final Pattern PATH = Pattern.compile(PART + "(/" + PART + ")*");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern BLOB = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  private Names() {}

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
}
