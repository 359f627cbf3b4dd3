package io.github.close4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CopiedBytesTest {
  @TempDir private Path folder;

  @Test
  void tellsCopiesInLoopsFromOthers() throws IOException {
    Path profile = folder.resolve("profile.json");
    String events =
        Stream.of(
                event("MemcpyFromHost", 0, 5, 700),
                event("Loop", 10, 90, 1),
                event("MemcpyToHost", 20, 10, 8),
                event("MemcpyFromHost", 40, 10, 3),
                event("MatMul", 60, 10, 9999),
                event("MemcpyToHost", 101, 3, 500))
            .collect(Collectors.joining(",", "[{\"name\":\"session\",\"ts\":0,\"dur\":200},", "]"));
    Files.writeString(profile, events);
    assertEquals(new CopiedBytes(8, 700), CopiedBytes.read(profile));
  }

  @Test
  void nothingCopiedIsNothing() throws IOException {
    Path profile = folder.resolve("profile.json");
    Files.writeString(profile, "[" + event("Loop", 10, 90, 1) + "]");
    assertEquals(new CopiedBytes(0, 0), CopiedBytes.read(profile));
  }

  private static String event(String operator, int start, int duration, int bytes) {
    return """
        {"name":"%s_1_kernel_time","ts":%d,"dur":%d,\
        "args":{"op_name":"%s","output_size":"%d"}}"""
        .formatted(operator, start, duration, operator, bytes);
  }
}
