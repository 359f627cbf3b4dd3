package io.github.close4j.benchmarks;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of this process in {@code /proc/self/status}; NaN elsewhere. */
final class ProcessStatus {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int KILOBYTES_A_MEGABYTE = 1024;

  private ProcessStatus() {}

  static double residentMegabytes() throws IOException {
    return field("VmRSS:") / KILOBYTES_A_MEGABYTE;
  }

  static double peakMegabytes() throws IOException {
    return field("VmHWM:") / KILOBYTES_A_MEGABYTE;
  }

  /** Threads of all kinds, those of native libraries among them. */
  static double threads() throws IOException {
    return field("Threads:");
  }

  private static double field(String name) throws IOException {
    if (!Files.exists(STATUS)) {
      return Double.NaN;
    }
    String line =
        Files.readAllLines(STATUS).stream()
            .filter(text -> text.startsWith(name))
            .findFirst()
            .orElseThrow();
    return Double.parseDouble(
        Splitter.on(CharMatcher.whitespace()).omitEmptyStrings().splitToList(line).get(1));
  }
}
