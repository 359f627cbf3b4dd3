package io.github.close4j.onnx.internal.hub;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.pretrained.ModelHub;
import io.github.close4j.onnx.pretrained.PretrainedCaptioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A captioner of the authors to be fetched from servers of this process. */
abstract class FetchedCaptioner {
  static final String STATE = "models/s-cap/r0/state-ep8.pth";
  static final String MODEL_JSON = "models/s-cap/model.json";

  @TempDir Path directory;
  FakeInternet internet;
  Path cache;
  Path output;

  @BeforeEach
  void connect() throws IOException {
    internet = new FakeInternet();
    cache = directory.resolve("cache");
    output = directory.resolve("models/captioner");
  }

  @AfterEach
  void disconnect() {
    internet.close();
  }

  ModelHub hub() {
    return internet.client(cache);
  }

  ModelDirectory fetch() {
    return fetch(hub());
  }

  ModelDirectory fetch(ModelHub hub) {
    return PretrainedCaptioner.COCO_CAPTIONER.fetch(hub, output);
  }

  String refused() {
    String message = assertThrows(UncheckedIOException.class, this::fetch).getMessage();
    assertFalse(Files.exists(output.getParent()), message);
    return message;
  }

  String unusable(ModelHub hub) {
    String message = assertThrows(UnusableFileException.class, () -> fetch(hub)).getMessage();
    assertFalse(Files.exists(output.getParent()), message);
    return message;
  }

  Path kept(String bucketFile) {
    return cache.resolve("models--ai2-prior-close/snapshots/main").resolve(bucketFile);
  }

  static void assertContains(String message, Object... parts) {
    for (Object part : parts) {
      assertTrue(message.contains(part.toString()), message + " has no " + part);
    }
  }
}
