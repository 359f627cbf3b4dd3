package io.github.close4j.onnx.internal.natives;

import com.google.common.base.Throwables;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Why a native library could not be loaded, in words: what linkers say, and what it means. */
final class NativeFailure {
  private static final Pattern MISSING_LIBRARY =
      Pattern.compile("([\\w.+-]+\\.so[.\\d]*): cannot open shared object file");

  /** Words of linkers and of the JVM; the first that are found count. */
  private static final List<Meaning> MEANINGS =
      List.of(
          new Meaning(
              "already loaded in another classloader",
              "another class loader of this process has loaded it, and a JVM lets one have it: let"
                  + " applications share the jar, or give each a process"),
          new Meaning(
              "IllegalCallerException",
              "this process allows no native libraries: start it with"
                  + " --enable-native-access=ALL-UNNAMED"),
          new Meaning(
              "failed to map segment", "its folder's file system allows no programs (noexec)"),
          new Meaning("ld-linux", musl()),
          new Meaning("ld-musl", musl()),
          new Meaning("Error relocating", musl()),
          new Meaning("Error loading shared library", musl()),
          new Meaning("version `GLIBCXX", newerThanSystem("libstdc++")),
          new Meaning("version `GLIBC", newerThanSystem("C library (glibc)")),
          new Meaning("version `CXXABI", newerThanSystem("libstdc++")),
          new Meaning("wrong ELF class", "it is made for another processor"),
          new Meaning("incompatible architecture", "it is made for another processor"),
          new Meaning("file too short", "the unpacked file is damaged: delete it"),
          new Meaning("invalid ELF header", "the unpacked file is damaged: delete it"));

  private record Meaning(String words, String meaning) {}

  private NativeFailure() {}

  private static String musl() {
    return "it is made for glibc, and this system's C library seems to be another one, such as"
        + " Alpine's musl";
  }

  private static String newerThanSystem(String library) {
    return "it needs a newer %s than this system has".formatted(library);
  }

  /** The reason, in one clause. */
  static String reason(Throwable failure, UnpackedLibrary library) {
    String said = said(failure);
    for (Meaning meaning : MEANINGS) {
      if (said.contains(meaning.words())) {
        return meaning.meaning();
      }
    }
    if (!library.isInJar()) {
      return "there is none for %s on %s"
          .formatted(System.getProperty("os.name"), System.getProperty("os.arch"));
    }
    String obstacle = library.obstacle();
    if (obstacle != null) {
      return obstacle;
    }
    Matcher missing = MISSING_LIBRARY.matcher(said);
    return missing.find()
        ? "the system's library " + missing.group(1) + " is missing"
        : "the JVM refuses it";
  }

  /** What was thrown, and what led to it. */
  static String said(Throwable failure) {
    return Throwables.getCausalChain(failure).stream()
        .map(Throwable::toString)
        .distinct()
        .collect(Collectors.joining("; "));
  }
}
