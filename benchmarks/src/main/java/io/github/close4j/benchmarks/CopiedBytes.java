package io.github.close4j.benchmarks;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the nodes of a profiled run copied between the processor's memory and the GPU's.
 *
 * @param largestInLoop bytes of the largest copy in a loop's body
 * @param largestOutside bytes of the largest copy elsewhere
 */
record CopiedBytes(long largestInLoop, long largestOutside) {
  private static final String KERNEL = "_kernel_time";

  /** From {@code start} to {@code end} in microseconds. */
  private record Span(long start, long end) {
    static Span of(JsonObject event) {
      long start = event.get("ts").getAsLong();
      return new Span(start, start + event.get("dur").getAsLong());
    }

    boolean contains(Span other) {
      return start <= other.start && other.end <= end;
    }
  }

  /** One copy. */
  private record Copy(Span span, long bytes) {}

  static CopiedBytes read(Path profile) throws IOException {
    List<Span> loops = new ArrayList<>();
    List<Copy> copies = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(profile)) {
      for (JsonElement element : JsonParser.parseReader(reader).getAsJsonArray()) {
        JsonObject event = element.getAsJsonObject();
        if (event.get("name").getAsString().endsWith(KERNEL)) {
          JsonObject args = event.getAsJsonObject("args");
          String operator = args.get("op_name").getAsString();
          if (operator.equals("Loop")) {
            loops.add(Span.of(event));
          } else if (operator.startsWith("Memcpy")) {
            copies.add(new Copy(Span.of(event), args.get("output_size").getAsLong()));
          }
        }
      }
    }
    return new CopiedBytes(largest(copies, loops, true), largest(copies, loops, false));
  }

  private static long largest(List<Copy> copies, List<Span> loops, boolean inLoop) {
    return copies.stream()
        .filter(copy -> loops.stream().anyMatch(loop -> loop.contains(copy.span())) == inLoop)
        .mapToLong(Copy::bytes)
        .max()
        .orElse(0);
  }
}
