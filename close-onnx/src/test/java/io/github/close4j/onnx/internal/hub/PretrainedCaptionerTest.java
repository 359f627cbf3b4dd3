package io.github.close4j.onnx.internal.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import io.github.close4j.onnx.pretrained.ModelImport;
import io.github.close4j.onnx.pretrained.PretrainedCaptioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is fetched for the authors' captioners, and what is made of it. */
final class PretrainedCaptionerTest extends FetchedCaptioner {
  @Test
  void whatIsFetchedIsTheModelThatAnImportMakes() throws IOException {
    ModelDirectory fetched = fetch();
    ModelDirectory imported =
        ModelImport.authorsCheckpoint(
            Checkpoints.path("close/model.json"),
            Checkpoints.path("close/state-ep8.pth"),
            Checkpoints.path("clip-quick-gelu"),
            Checkpoints.path("t5-v10"),
            directory.resolve("imported"));
    for (String file :
        List.of("clip.safetensors", "t5.safetensors", "prefix.safetensors", "t5-tokenizer.json")) {
      assertArrayEquals(
          Files.readAllBytes(imported.path().resolve(file)),
          Files.readAllBytes(fetched.path().resolve(file)));
    }
    Map<String, String> provenance = fetched.provenance();
    assertEquals(FakeInternet.CLIP + " at " + "a".repeat(40), provenance.get("clip"));
    assertEquals(FakeInternet.T5 + " at " + "b".repeat(40), provenance.get("t5"));
    assertContains(
        provenance.get("checkpoint"), STATE, FakeHub.sha256(internet.bucketFiles.get(STATE)));
  }

  @ParameterizedTest
  @EnumSource(PretrainedCaptioner.class)
  void eachHasItsPlaceInTheBucket(PretrainedCaptioner captioner) throws IOException {
    String name =
        Map.of(
                "coco-captioner", "s-cap",
                "coco-captioner-multiple", "m-cap",
                "vqa", "vqa",
                "vqa-e", "evqa",
                "entailment", "ve")
            .get(captioner.toString());
    Map<String, byte[]> files = Map.copyOf(internet.bucketFiles);
    internet.bucketFiles.clear();
    files.forEach((file, bytes) -> internet.bucketFiles.put(file.replace("s-cap", name), bytes));
    captioner.fetch(hub(), output);
    assertTrue(Files.exists(output.resolve("captioner.json")));
  }

  @Test
  void onlyFilesThatAreNeededAreFetchedAndNoneTwice() {
    fetch();
    assertEquals(5, internet.count("hub GET"));
    assertEquals(1, internet.count("storage GET"));
    assertEquals(2, internet.count("bucket GET"));
    assertEquals(0, internet.count("hub GET /google-t5/t5-base/resolve/main/model.safetensors"));
    output = directory.resolve("again");
    fetch();
    assertEquals(
        8, internet.requests.stream().filter(request -> request.contains(" GET ")).count());
  }

  @Test
  void whereThereIsNoSafetensorsFileThePytorchFileIsTaken() throws IOException {
    internet.hubFiles.remove(FakeInternet.CLIP + "/model.safetensors");
    internet.hubFiles.put(
        FakeInternet.CLIP + "/pytorch_model.bin", "no zip".getBytes(StandardCharsets.UTF_8));
    assertContains(unusable(hub()), "pytorch_model.bin", "expected a zip file");
  }

  @Test
  void theTokenGoesToTheHubAloneAndRedirectionsNeedNotNameAHost() throws IOException {
    fetch(hub().token("secret"));
    assertTrue(
        internet.requests.stream()
            .allMatch(r -> r.startsWith("hub ") == r.endsWith("Bearer secret")),
        internet.requests.toString());
    internet.isRelative = true;
    cache = directory.resolve("other-cache");
    output = directory.resolve("other");
    byte[] weights = internet.hubFiles.get(FakeInternet.CLIP + "/model.safetensors");
    internet.next(
        "hub GET",
        "/storage/" + FakeHub.sha256(weights),
        exchange -> {
          exchange.sendResponseHeaders(200, weights.length);
          exchange.getResponseBody().write(weights);
        });
    fetch();
    assertTrue(Files.exists(output.resolve("captioner.json")));
  }

  @Test
  void anOutputThatCannotBeMadeIsToldBeforeAnythingIsFetched() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "mine");
    for (Path taken : List.of(directory, file)) {
      output = taken;
      assertThrows(IllegalArgumentException.class, this::fetch);
    }
    output = file.resolve("model");
    assertContains(
        assertThrows(UncheckedIOException.class, this::fetch).getMessage(), "cannot write", file);
    assertEquals("mine", Files.readString(file));
    assertEquals(List.of(), internet.requests);
  }

  @Test
  void whatHasNoRoomIsToldBeforeAnythingIsFetched() {
    internet.next(
        "bucket HEAD",
        STATE,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Length", Long.toString(1L << 60));
          exchange.getResponseHeaders().set("ETag", "\"large\"");
          exchange.sendResponseHeaders(200, -1);
        });
    assertContains(refused(), "bytes free on its disk, found", cache);
    assertFalse(internet.requests.stream().anyMatch(request -> request.contains(" GET ")));
  }

  @Test
  void theAddressMustBeOfTheWeb() {
    assertThrows(IllegalArgumentException.class, () -> hub().authorsFiles(URI.create("ftp://x")));
  }
}
