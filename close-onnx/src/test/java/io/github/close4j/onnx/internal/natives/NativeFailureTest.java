package io.github.close4j.onnx.internal.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of the words of linkers of other systems, which cannot be had in a test. */
final class NativeFailureTest {
  @TempDir private Path folder;

  /** What musl's, glibc's and macOS's linkers say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Error loading shared library ld-linux-x86-64.so.2: No such file or directory | musl
          Error relocating /tmp/libonnxruntime.so: __vsnprintf_chk: symbol not found | musl
          Error loading shared library libstdc++.so.6: No such file or directory | musl
          /lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.38' not found | newer C library
          libstdc++.so.6: version `GLIBCXX_3.4.32' not found | newer libstdc++
          libstdc++.so.6: version `CXXABI_1.3.15' not found | newer libstdc++
          libgomp.so.1: cannot open shared object file: No such file | libgomp.so.1 is missing
          a.so: wrong ELF class: ELFCLASS32 | another processor
          (mach-o file, but is an incompatible architecture (have 'arm64', need 'x86_64')) | another processor
          libtokenizers.so: file too short | damaged
          failed to map segment from shared object | noexec
          Native Library a.so already loaded in another classloader | another class loader
          something that no one has seen yet | the JVM refuses it
          """)
  void wordsOfLinkers(String said, String meaning) throws Exception {
    assertReason(new UnsatisfiedLinkError(said), meaning);
    assertReason(new IllegalStateException("cannot load", new UnsatisfiedLinkError(said)), meaning);
  }

  private void assertReason(Throwable failure, String meaning) throws Exception {
    String reason = NativeFailure.reason(failure, library(thisClass()));
    assertTrue(reason.contains(meaning), reason);
  }

  @Test
  void aJarWithoutThePlatformSaysSo() {
    assertEquals(
        "there is none for %s on %s"
            .formatted(System.getProperty("os.name"), System.getProperty("os.arch")),
        NativeFailure.reason(new UnsatisfiedLinkError("no x in java.library.path"), library(null)));
  }

  /** What is unpacked already needs neither room nor permission. */
  @Test
  void anUnpackedLibraryHasNoObstacle() throws Exception {
    Path file = folder.resolve("file");
    Files.createFile(file);
    UnpackedLibrary within = new UnpackedLibrary(file.resolve("x"), "-Dx", thisClass(), true);
    assertEquals(file + " is no folder", within.obstacle());
    Files.delete(file);
    Files.createDirectories(file.resolve("x/deep"));
    Files.createFile(file.resolve("x/deep/NativeFailureTest.class"));
    assertEquals(null, within.obstacle());
  }

  private UnpackedLibrary library(@Nullable URL resource) {
    return new UnpackedLibrary(folder, "-Dx", resource, true);
  }

  private static URL thisClass() {
    return NativeFailureTest.class.getResource("NativeFailureTest.class");
  }
}
