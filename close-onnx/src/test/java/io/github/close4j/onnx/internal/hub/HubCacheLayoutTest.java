package io.github.close4j.onnx.internal.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import io.github.close4j.onnx.pretrained.ModelHub;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache against what {@code hub_cache_golden.py} saw Python's library make of the same hub. */
final class HubCacheLayoutTest {
  private static final String REPOSITORY = "owner/tiny-model";

  @TempDir private Path cache;
  private FakeHub hub;
  private final List<List<String>> golden = new ArrayList<>();

  @BeforeEach
  void fillHub() throws IOException {
    hub = new FakeHub();
    hub.put("config.json", "{\"model_type\": \"clip\"}");
    hub.put("tokenizer.json", "{}");
    hub.put("onnx/part.json", "[]");
    byte[] weights = new byte[5120];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (byte) i;
    }
    hub.files.put("model.safetensors", weights);
    try (Reader json =
        new InputStreamReader(
            HubCacheLayoutTest.class.getResourceAsStream("cache-layout.json"),
            StandardCharsets.UTF_8)) {
      for (String[] entry : new Gson().fromJson(json, String[][].class)) {
        golden.add(List.of(entry));
      }
    }
  }

  @AfterEach
  void closeHub() {
    hub.close();
  }

  private ModelHub files() {
    return ModelHub.in(cache).endpoint(hub.address());
  }

  /** Locks, and a mark for backups, are no part of what is read. */
  private static boolean isOfPythonAlone(List<String> entry) {
    return entry.get(0).startsWith(".locks/") || entry.get(0).equals("CACHEDIR.TAG");
  }

  private Set<List<String>> found() throws IOException {
    Set<List<String>> found = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    try (Stream<Path> all = Files.walk(cache)) {
      for (Path path : all.toList()) {
        String name = cache.relativize(path).toString().replace('\\', '/');
        if (Files.isSymbolicLink(path)) {
          found.add(List.of(name, "link", Files.readSymbolicLink(path).toString()));
        } else if (Files.isRegularFile(path) && !name.contains("/pins/")) {
          boolean isReference = name.contains("/refs/");
          found.add(
              List.of(
                  name, isReference ? "text" : "file", isReference ? Files.readString(path) : ""));
        }
      }
    }
    return found;
  }

  @Test
  void aDownloadMakesTheFilesLinksAndReferencesThatPythonMakes() throws IOException {
    files().download(REPOSITORY);
    files().download(REPOSITORY, "main", List.of("onnx/part.json"));
    Set<List<String>> expected = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    golden.stream().filter(entry -> !isOfPythonAlone(entry)).forEach(expected::add);
    assertEquals(expected, found());
  }

  @Test
  void whatPythonMadeIsFoundAndNotFetchedAgain() throws IOException {
    for (List<String> entry : golden) {
      Path path = cache.resolve(entry.get(0));
      Files.createDirectories(path.getParent());
      if (entry.get(1).equals("link")) {
        Files.createSymbolicLink(path, Path.of(entry.get(2)));
      } else {
        Files.write(path, contents(entry));
      }
    }
    Path snapshot = cache.resolve("models--owner--tiny-model/snapshots").resolve(FakeHub.COMMIT);
    assertEquals(snapshot, files().find(REPOSITORY));
    assertEquals(snapshot, files().offline(true).download(REPOSITORY));
    assertEquals(List.of(), hub.requests);
    assertEquals(snapshot, files().download(REPOSITORY));
    assertEquals(0, hub.count("GET"));
  }

  private byte[] contents(List<String> entry) {
    for (byte[] contents : hub.files.values()) {
      if (entry.get(0).endsWith("/blobs/" + FakeHub.git(contents))
          || entry.get(0).endsWith("/blobs/" + FakeHub.sha256(contents))) {
        return contents;
      }
    }
    return entry.get(2).getBytes(StandardCharsets.UTF_8);
  }
}
