package io.github.close4j.onnx.internal.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.onnx.pretrained.ModelHub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is kept of what was fetched: changes are refused, and no network is needed. */
final class FetchedFilesTest extends FetchedCaptioner {
  @Test
  void whatChangedOnAServerIsRefusedWithBothValues() {
    fetch();
    output = directory.resolve("again/model");
    byte[] state = internet.bucketFiles.get(STATE);
    String sha256 = FakeHub.sha256(state);

    internet.bucketFiles.put(STATE, Arrays.copyOf(state, state.length + 1));
    assertContains(
        refused(),
        sha256,
        state.length + 1,
        "it changed on the server",
        "offline",
        "pins",
        kept(STATE));
    internet.bucketFiles.put(STATE, state);

    internet.versions.put(MODEL_JSON, "-other");
    String tag = internet.entityTag(MODEL_JSON).replace("\"", "");
    assertContains(refused(), MODEL_JSON, tag, tag.replace("-other", ""), "it changed");
    internet.versions.clear();

    for (String file : List.of("model.safetensors", "config.json")) {
      String name = FakeInternet.CLIP + "/" + file;
      byte[] contents = internet.hubFiles.get(name);
      byte[] changed = contents.clone();
      changed[changed.length - 3] ^= 1;
      internet.hubFiles.put(name, changed);
      if (file.equals("model.safetensors")) {
        // A commit is what it is; a server may lie all the same, and nothing is fetched for it.
        assertContains(refused(), file, FakeHub.sha256(changed), "it changed on the server");
      }
      internet.commits.put(FakeInternet.CLIP, "c".repeat(40));
      assertContains(
          refused(),
          file,
          FakeHub.sha256(contents),
          FakeHub.sha256(changed),
          "a".repeat(40),
          "c".repeat(40),
          "it changed on the server");
      internet.hubFiles.put(name, contents);
    }
    assertEquals(1, internet.count("storage GET"));
    // A commit that changed other files is taken; and what was kept is of use all along.
    fetch(hub().offline(true));
    output = directory.resolve("third");
    assertContains(fetch().provenance().get("clip"), "c".repeat(40));
  }

  @Test
  void whatChangedOnThisMachineIsRefusedWithBothValues() throws IOException {
    fetch();
    output = directory.resolve("again/model");
    Path clip = cache.resolve("models--openai--clip-vit-large-patch14/snapshots");
    for (Path file :
        List.of(
            kept(STATE),
            kept(MODEL_JSON),
            clip.resolve("a".repeat(40)).resolve("config.json"),
            clip.resolve("a".repeat(40)).resolve("model.safetensors"))) {
      byte[] sound = Files.readAllBytes(file);
      byte[] changed = sound.clone();
      changed[7] ^= 1;
      Files.write(file, changed);
      for (ModelHub hub : List.of(hub(), hub().offline(true))) {
        assertContains(
            unusable(hub),
            FakeHub.sha256(sound),
            FakeHub.sha256(changed),
            "changed on this machine",
            "delete it");
      }
      Files.write(file, sound);
    }
    fetch();
  }

  @Test
  void aFileThatIsDeletedIsFetchedAgainAndAPinThatIsDeletedIsForgotten() throws IOException {
    fetch();
    Files.delete(kept(STATE));
    output = directory.resolve("again");
    fetch();
    byte[] changed = internet.bucketFiles.get(MODEL_JSON).clone();
    internet.bucketFiles.put(
        MODEL_JSON,
        (new String(changed, StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8));
    Files.delete(kept(MODEL_JSON));
    output = directory.resolve("third/model");
    assertContains(refused(), MODEL_JSON, "it changed on the server");
    Files.delete(cache.resolve("models--ai2-prior-close/pins/main/" + MODEL_JSON + ".json"));
    fetch();
  }

  @Test
  void aMirrorWithOtherMarksIsNoChange() throws IOException {
    fetch();
    output = directory.resolve("again");
    try (FakeInternet mirror = new FakeInternet()) {
      mirror.versions.put(STATE, "-of-a-mirror");
      fetch(mirror.client(cache));
    }
    assertTrue(Files.exists(output.resolve("captioner.json")));
  }

  // Without the network ------------------------------------------------------------------------

  @Test
  void aFolderThatAnotherMachineFilledIsEnough() throws IOException {
    fetch();
    internet.close();
    // As it comes over by a disk that knows no links.
    Path copy = directory.resolve("copy");
    try (Stream<Path> files = Files.walk(cache)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        WholeFile.copy(file, copy.resolve(cache.relativize(file).toString()));
      }
    }
    output = directory.resolve("offline");
    cache = copy;
    int requests = internet.requests.size();
    fetch(hub().offline(true));
    assertEquals(requests, internet.requests.size());
    assertTrue(Files.exists(output.resolve("captioner.json")));
  }

  @Test
  void whatIsMissingIsListedWithTheCommandThatFetchesIt() throws IOException {
    ModelHub offline = hub().offline(true);
    assertContains(
        unusable(offline),
        "openai/clip-vit-large-patch14: preprocessor_config.json",
        "google-t5/t5-base: config.json",
        "google-t5/t5-base: tokenizer.json",
        "ai2-prior-close: " + MODEL_JSON,
        "ai2-prior-close: " + STATE,
        "close fetch coco-captioner --cache " + cache);
    fetch();
    output = directory.resolve("again/model");
    Files.delete(kept(STATE));
    String message = unusable(offline);
    assertContains(message, "missing are ai2-prior-close: " + STATE + ".");
    assertEquals(8, internet.requests.stream().filter(r -> r.contains(" GET ")).count());
  }

  @Test
  void aFileThatWasPutThereByOtherMeansIsTaken() throws IOException {
    Consumer<String> put =
        file -> WholeFile.writeBytes(kept(file), out -> out.write(internet.bucketFiles.get(file)));
    put.accept(STATE);
    put.accept(MODEL_JSON);
    fetch();
    assertEquals(0, internet.count("bucket GET"));
    assertTrue(Files.exists(cache.resolve("models--ai2-prior-close/pins/main/" + STATE + ".json")));
  }
}
