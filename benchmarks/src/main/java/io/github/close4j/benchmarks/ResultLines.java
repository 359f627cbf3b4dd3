package io.github.close4j.benchmarks;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/** Results, a line of JSON each: a run that was broken off goes on with what is not there. */
final class ResultLines {
  private final Path file;

  ResultLines(Path file) {
    this.file = file;
  }

  /** Whether there is a result of a setting. */
  boolean has(GpuOptions.FixedLength decoding, int batch) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    return Files.readAllLines(file).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .anyMatch(
            line ->
                line.get("decoding").getAsString().equals(name(decoding))
                    && line.get("batch").getAsInt() == batch);
  }

  /** Adds the result of a setting. */
  void add(GpuOptions.FixedLength decoding, int batch, Object result) throws IOException {
    JsonObject line = new JsonObject();
    line.addProperty("decoding", name(decoding));
    line.addProperty("batch", batch);
    new Gson().toJsonTree(result).getAsJsonObject().asMap().forEach(line::add);
    Files.write(
        file, List.of(line.toString()), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
