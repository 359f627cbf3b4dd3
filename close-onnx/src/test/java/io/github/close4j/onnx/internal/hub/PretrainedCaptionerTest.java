package io.github.close4j.onnx.internal.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import io.github.close4j.onnx.pretrained.ModelHub;
import io.github.close4j.onnx.pretrained.ModelImport;
import io.github.close4j.onnx.pretrained.PretrainedCaptioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The authors' captioners from servers that work, break, lie and mislead. */
final class PretrainedCaptionerTest {
  private static final String STATE = "models/s-cap/r0/state-ep8.pth";
  private static final String MODEL_JSON = "models/s-cap/model.json";
  private static final String PAGE = "<!DOCTYPE html><title>Please log in</title>";

  @TempDir private Path directory;
  private FakeInternet internet;
  private Path cache;
  private Path output;

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

  private ModelHub hub() {
    return internet.client(cache);
  }

  private ModelDirectory fetch() {
    return fetch(hub());
  }

  private ModelDirectory fetch(ModelHub hub) {
    return PretrainedCaptioner.COCO_CAPTIONER.fetch(hub, output);
  }

  private String refused() {
    String message = assertThrows(UncheckedIOException.class, this::fetch).getMessage();
    assertFalse(Files.exists(output.getParent()), message);
    return message;
  }

  private String unusable(ModelHub hub) {
    String message = assertThrows(UnusableFileException.class, () -> fetch(hub)).getMessage();
    assertFalse(Files.exists(output.getParent()), message);
    return message;
  }

  private Path kept(String bucketFile) {
    return cache.resolve("models--ai2-prior-close/snapshots/main").resolve(bucketFile);
  }

  private static void assertContains(String message, Object... parts) {
    for (Object part : parts) {
      assertTrue(message.contains(part.toString()), message + " has no " + part);
    }
  }

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

  // The output ---------------------------------------------------------------------------------

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

  // Interruptions ------------------------------------------------------------------------------

  @Test
  void aBrokenConnectionToTheBucketIsResumedWhereItBroke() {
    internet.next(
        "bucket GET", STATE, internet.part("bucket", 5000), internet.part("bucket", 7000));
    fetch();
    assertEquals(3, internet.count("bucket GET /" + STATE));
    assertTrue(internet.requests.contains("bucket GET /" + STATE + " bytes=5000- null"));
    assertTrue(internet.requests.contains("bucket GET /" + STATE + " bytes=12000- null"));
  }

  @Test
  void aLaterFetchGoesOnWhereAnEarlierOneWasEnded() {
    IllegalStateException stop = new IllegalStateException("killed");
    internet.next("bucket GET", STATE, internet.part("bucket", 5000));
    ModelHub ending =
        hub()
            .progress(
                (file, share) -> {
                  if (file.equals(STATE)) {
                    throw stop;
                  }
                });
    assertSame(stop, assertThrows(IllegalStateException.class, () -> fetch(ending)));
    long before = internet.requests.size();
    fetch();
    String resumed =
        internet.requests.stream()
            .skip(before)
            .filter(request -> request.startsWith("bucket GET /" + STATE))
            .findFirst()
            .orElseThrow();
    assertTrue(resumed.matches(".* bytes=[1-9]\\d*- null"), resumed);
  }

  @Test
  void aServerWithoutRangesSendsTheWholeAgain() {
    internet.ignoresRanges = true;
    internet.next("bucket GET", STATE, internet.part("bucket", 5000));
    fetch();
    assertEquals(2, internet.count("bucket GET /" + STATE));
  }

  @Test
  void aRangeThatIsRefusedStartsAnew() {
    internet.next("bucket GET", STATE, internet.part("bucket", 5000), FakeInternet.status(416, ""));
    fetch();
    assertEquals(3, internet.count("bucket GET /" + STATE));
  }

  @Test
  void aFileThatChangesWhileItIsFetchedIsNotMixed() throws IOException {
    internet.next(
        "bucket GET",
        STATE,
        exchange -> {
          internet.part("bucket", 5000).answer(exchange);
          internet.versions.put(STATE, "-new");
        });
    assertContains(refused(), STATE, "changed on the server while it was fetched");
    fetch();
    assertArrayEquals(internet.bucketFiles.get(STATE), Files.readAllBytes(kept(STATE)));
  }

  @Test
  void anAddressThatWasLentForAWhileIsAskedForAgain() {
    byte[] weights = internet.hubFiles.get(FakeInternet.CLIP + "/model.safetensors");
    internet.next(
        "storage GET",
        FakeHub.sha256(weights),
        internet.part("storage", 5000),
        FakeInternet.status(403, "<Error><Code>ExpiredToken</Code></Error>"));
    fetch();
    assertEquals(3, internet.count("storage GET"));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void aServerThatIsBusyIsAskedAgain(int status) {
    FakeInternet.Fault busy = FakeInternet.status(status, "", "Retry-After", "0");
    internet.next("bucket HEAD", STATE, busy, busy);
    internet.next("bucket GET", STATE, busy);
    internet.next("hub HEAD", "config.json", busy, busy, busy);
    fetch();
    assertEquals(3, internet.count("bucket HEAD /" + STATE));
  }

  @Test
  void aServerThatStaysBusyIsGivenUp() {
    FakeInternet.Fault busy = FakeInternet.status(503, "", "Retry-After", "0");
    internet.next("hub HEAD", "preprocessor_config.json", busy, busy, busy, busy);
    assertContains(refused(), "status 503", "cannot answer now");
    FakeInternet.Fault limit = FakeInternet.status(429, "", "Retry-After", "86400");
    internet.next("hub HEAD", "preprocessor_config.json", limit);
    assertContains(refused(), "status 429", "too many requests, try again in 86400 seconds");
  }

  // Answers that are none ----------------------------------------------------------------------

  @Test
  void whatTheBucketSaysOfItsRefusalIsTold() {
    internet.bucketFiles.remove(STATE);
    assertContains(refused(), STATE, "status 403", "not public", "AccessDenied: Access Denied");
    FakeInternet.Fault none =
        FakeInternet.status(
            404, "<Error><Code>NoSuchBucket</Code><Message>It does not exist</Message></Error>");
    internet.next("bucket HEAD", MODEL_JSON, none);
    internet.next("bucket GET", MODEL_JSON, none);
    assertContains(refused(), MODEL_JSON, "status 404", "NoSuchBucket: It does not exist");
  }

  @Test
  void aRedirectionThatTellsNoSizeOfTheFileIsRefused() {
    internet.next(
        "hub HEAD",
        "model.safetensors",
        FakeInternet.status(
            302,
            "Found. Redirecting",
            "X-Linked-Etag",
            "\"" + "e".repeat(64) + "\"",
            "X-Repo-Commit",
            "a".repeat(40),
            "Location",
            "/storage/x"));
    assertContains(refused(), "model.safetensors", "expected its size in X-Linked-Size");
  }

  @Test
  void aRepositoryThatIsNotThereIsNamed() {
    internet.commits.remove(FakeInternet.CLIP);
    assertContains(refused(), FakeInternet.CLIP, "no repository of that name");
  }

  @ParameterizedTest
  @CsvSource({
    "hub HEAD,preprocessor_config.json",
    "hub HEAD,model.safetensors",
    "bucket HEAD,model.json",
    "bucket GET,model.json",
    "bucket GET,state-ep8.pth"
  })
  void aLoginPageIsNoFile(String kind, String file) {
    internet.next(kind, file, FakeInternet.status(200, PAGE, "Content-Type", "text/html"));
    assertContains(refused(), file, "login page");
    fetch();
  }

  @ParameterizedTest
  @CsvSource({"model.json,<html>", "state-ep8.pth,<?xml version='1.0'?>", "state-ep8.pth,{}"})
  void aPageThatSaysNothingOfItselfIsNoFileEither(String file, String contents) {
    String name = file.equals("model.json") ? MODEL_JSON : STATE;
    byte[] truth = internet.bucketFiles.get(name);
    internet.bucketFiles.put(name, contents.getBytes(StandardCharsets.UTF_8));
    assertContains(refused(), name, "found something else");
    internet.bucketFiles.put(name, truth);
    fetch();
  }

  @Test
  void aRedirectionToALoginPageIsNoFile() {
    internet.next(
        "hub HEAD", "preprocessor_config.json", FakeInternet.status(302, "", "Location", "/login"));
    internet.next(
        "hub HEAD", "/login", FakeInternet.status(200, PAGE, "Content-Type", "text/html"));
    assertContains(refused(), "X-Repo-Commit", "text/html", "login page");
  }

  @Test
  void wrongSizesAreRefused() {
    internet.next(
        "bucket HEAD", STATE, FakeInternet.status(200, "P".repeat(7), "ETag", "\"short\""));
    assertContains(refused(), STATE, "expected");
    internet.next("bucket HEAD", STATE, FakeInternet.status(200, "", "ETag", "\"none\""));
    assertContains(refused(), STATE, "Content-Length");
  }

  @Test
  void anUnreachableServerIsSaidWithWhatToDo() {
    fetch();
    internet.close();
    output = directory.resolve("again/model");
    assertContains(refused(), "cannot be reached", "offline");
  }

  @Test
  void anotherClipThanTheOneThatIsFetchedIsRefused() throws IOException {
    String json = new String(internet.bucketFiles.get(MODEL_JSON), StandardCharsets.UTF_8);
    for (String other :
        List.of(
            json.replace("\"openai_clip\": null", "\"openai_clip\": \"laion400m_e32\""),
            json.replace("ViT-L/14", "ViT-B/32"))) {
      cache = directory.resolve("cache-" + other.length());
      internet.bucketFiles.put(MODEL_JSON, other.getBytes(StandardCharsets.UTF_8));
      assertContains(unusable(hub()), "clip");
      assertEquals(0, internet.count("storage GET"));
    }
  }

  // Changes ------------------------------------------------------------------------------------

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

  @Test
  void theAddressMustBeOfTheWeb() {
    assertThrows(IllegalArgumentException.class, () -> hub().authorsFiles(URI.create("ftp://x")));
  }
}
