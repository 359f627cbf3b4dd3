package io.github.close4j.onnx.internal.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.pretrained.ModelHub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from a small hub on the loopback interface that breaks, lies and misleads. */
final class ModelHubTest {
  private static final String REPOSITORY = "owner/tiny-model";
  private static final String LARGE = "model.safetensors";

  @TempDir private Path directory;
  private FakeHub hub;
  private Path cache;
  private final byte[] weights = new byte[300_000];

  @BeforeEach
  void fillHub() throws IOException {
    cache = directory.resolve("cache/hub");
    new Random(1).nextBytes(weights);
    hub = new FakeHub();
    hub.put("config.json", "{\"model_type\": \"clip\"}");
    hub.put("tokenizer.json", "{}");
    hub.files.put(LARGE, weights);
  }

  @AfterEach
  void closeHub() {
    hub.close();
  }

  private ModelHub files() {
    return files(null);
  }

  private ModelHub files(@Nullable String token) {
    ModelHub of = ModelHub.in(cache).endpoint(hub.address());
    return token == null ? of : of.token(token);
  }

  private Path download() {
    return files().download(REPOSITORY);
  }

  private Path folder() {
    return cache.resolve("models--owner--tiny-model");
  }

  private UncheckedIOException refused() {
    return assertThrows(UncheckedIOException.class, this::download);
  }

  private void assertNoSnapshot() throws IOException {
    assertFalse(Files.exists(folder().resolve("snapshots")));
    assertFalse(Files.exists(folder().resolve("refs")));
    // Nothing of a download stands outside the cache.
    try (Stream<Path> all = Files.list(directory)) {
      assertTrue(all.allMatch(path -> path.equals(directory.resolve("cache"))));
    }
  }

  @Test
  void aDownloadHasTheLayoutThatPythonReads() throws IOException {
    Path snapshot = download();
    assertEquals(folder().resolve("snapshots").resolve(FakeHub.COMMIT), snapshot);
    assertArrayEquals(weights, Files.readAllBytes(snapshot.resolve(LARGE)));
    assertEquals(FakeHub.COMMIT, Files.readString(folder().resolve("refs/main")));
    assertEquals(
        Path.of("../../blobs").resolve(FakeHub.sha256(weights)),
        Files.readSymbolicLink(snapshot.resolve(LARGE)));
    assertEquals(
        Path.of("../../blobs").resolve(FakeHub.git(hub.files.get("config.json"))),
        Files.readSymbolicLink(snapshot.resolve("config.json")));
    try (Stream<Path> blobs = Files.list(folder().resolve("blobs"))) {
      assertEquals(3, blobs.count());
    }
  }

  @Test
  void whatIsThereIsFoundWithoutTheNetworkAndNotFetchedAgain() {
    Path snapshot = download();
    assertEquals(3, hub.count("GET"));
    assertEquals(snapshot, download());
    assertEquals(3, hub.count("GET"));
    int requests = hub.requests.size();
    assertEquals(snapshot, files().find(REPOSITORY, "main"));
    assertEquals(snapshot, files().find(REPOSITORY, FakeHub.COMMIT));
    ModelHub offline = files().offline(true);
    assertEquals(snapshot, offline.download(REPOSITORY, "main"));
    assertThrows(UnusableFileException.class, () -> offline.download(REPOSITORY, "v2"));
    assertThrows(
        UnusableFileException.class,
        () -> offline.download(REPOSITORY, "main", List.of("more.json")));
    assertEquals(requests, hub.requests.size());
  }

  @Test
  void whatStandsInPlaceOfOtherFilesComesAlong() {
    List<String> older = List.of("spiece.model", "vocab.json", "merges.txt");
    hub.put("processor_config.json", "{}");
    older.forEach(file -> hub.put(file, "x"));
    Path snapshot = download();
    assertTrue(Files.exists(snapshot.resolve("processor_config.json")));
    assertFalse(older.stream().anyMatch(file -> Files.exists(snapshot.resolve(file))));
    hub.files.remove("tokenizer.json");
    Path other =
        ModelHub.in(directory.resolve("other")).endpoint(hub.address()).download(REPOSITORY);
    assertTrue(older.stream().allMatch(file -> Files.exists(other.resolve(file))));
  }

  @Test
  void lookingForAModelNeverUsesTheNetwork() throws IOException {
    assertThrows(UnusableFileException.class, () -> files().find(REPOSITORY, "main"));
    assertThrows(UnusableFileException.class, () -> files().find("a/b/c", "main"));
    assertEquals(directory, files().find(directory.toString(), "main"));
    assertEquals(List.of(), hub.requests);
  }

  @Test
  void shardsComeWithTheirIndex() throws IOException {
    hub.files.remove(LARGE);
    hub.put(
        "model.safetensors.index.json",
        "{\"weight_map\":{\"a\":\"m-1.safetensors\",\"b\":\"m-2.safetensors\","
            + "\"c\":\"m-1.safetensors\"}}");
    hub.put("m-1.safetensors", "one");
    hub.put("m-2.safetensors", "two");
    Path snapshot = download();
    assertEquals("one", Files.readString(snapshot.resolve("m-1.safetensors")));
    assertEquals("two", Files.readString(snapshot.resolve("m-2.safetensors")));
  }

  @Test
  void anIndexThatLeadsOutsideIsRefused() throws IOException {
    hub.files.remove(LARGE);
    hub.put("model.safetensors.index.json", "{\"weight_map\":{\"a\":\"../../evil.safetensors\"}}");
    assertThrows(UnusableFileException.class, this::download);
    assertNoSnapshot();
  }

  @Test
  void aBrokenConnectionIsResumedWhereItBroke() throws IOException {
    hub.dropAfter = 70_000;
    List<Double> progress = new ArrayList<>();
    Path snapshot =
        files()
            .progress(
                (file, share) -> {
                  if (file.equals(LARGE)) {
                    progress.add(share);
                  }
                })
            .download(REPOSITORY);
    assertArrayEquals(weights, Files.readAllBytes(snapshot.resolve(LARGE)));
    assertTrue(hub.requests.stream().anyMatch(r -> r.startsWith("GET " + LARGE + " bytes=")));
    assertEquals(1, progress.get(progress.size() - 1));
    assertEquals(progress.stream().sorted().toList(), progress);
  }

  @Test
  void theListenerMayEndTheDownload() throws IOException {
    IllegalStateException stop = new IllegalStateException("enough");
    assertSame(
        stop,
        assertThrows(
            IllegalStateException.class,
            () ->
                files()
                    .progress(
                        (file, share) -> {
                          throw stop;
                        })
                    .download(REPOSITORY)));
    assertNoSnapshot();
  }

  @Test
  void aLaterDownloadGoesOnWhereAnEarlierOneGaveUp() throws IOException {
    Files.createDirectories(folder().resolve("blobs"));
    Path incomplete = folder().resolve("blobs/" + FakeHub.sha256(weights) + ".incomplete");
    Files.write(incomplete, java.util.Arrays.copyOf(weights, 123_456));
    Path snapshot = download();
    assertArrayEquals(weights, Files.readAllBytes(snapshot.resolve(LARGE)));
    assertTrue(hub.requests.contains("GET " + LARGE + " bytes=123456- null"));
    assertFalse(Files.exists(incomplete));
  }

  @Test
  void aServerThatKnowsNoRangesSendsTheWholeAgain() throws IOException {
    Files.createDirectories(folder().resolve("blobs"));
    Files.write(
        folder().resolve("blobs/" + FakeHub.sha256(weights) + ".incomplete"),
        java.util.Arrays.copyOf(weights, 123_456));
    hub.ignoresRanges = true;
    assertArrayEquals(weights, Files.readAllBytes(download().resolve(LARGE)));
  }

  @Test
  void aConnectionThatBringsNothingIsGivenUp() throws IOException {
    hub.dropAfter = 0;
    assertTrue(refused().getMessage().contains("0 of"));
    assertNoSnapshot();
  }

  @Test
  void aServerWithoutRangesThatAlwaysBreaksIsGivenUp() throws IOException {
    hub.dropAfter = 100_000;
    hub.ignoresRanges = true;
    String message = refused().getMessage();
    assertTrue(message.contains("of 300000 bytes came, then the connection failed"), message);
    assertNoSnapshot();
  }

  @Test
  void anotherPartThanWasAskedForIsRefused() throws IOException {
    hub.dropAfter = 70_000;
    hub.contentRange = "bytes 5-299999/300000";
    String message = refused().getMessage();
    assertTrue(message.contains("expected the bytes from"), message);
    assertNoSnapshot();
  }

  @Test
  void moreBytesThanAnnouncedAreRefused() throws IOException {
    hub.sizes.put(LARGE, 1000L);
    assertTrue(refused().getMessage().contains("expected 1000 bytes, found more"));
    assertNoSnapshot();
  }

  @Test
  void fewerBytesThanAnnouncedAreRefused() throws IOException {
    hub.sizes.put(LARGE, 300_001L);
    hub.ignoresRanges = true;
    assertTrue(refused().getMessage().contains("300000 of 300001 bytes"));
    assertNoSnapshot();
  }

  @ParameterizedTest
  @ValueSource(strings = {LARGE, "config.json"})
  void wrongBytesAreRefusedAndRightOnesTakenLater(String file) throws IOException {
    byte[] wrong = hub.files.get(file).clone();
    wrong[7] ^= 1;
    hub.served.put(file, wrong);
    UncheckedIOException refusal = refused();
    assertTrue(refusal.getMessage().startsWith(file + ": expected "), refusal.getMessage());
    assertNoSnapshot();
    hub.served.clear();
    assertArrayEquals(hub.files.get(file), Files.readAllBytes(download().resolve(file)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../evil",
        "abc",
        "",
        "/etc/passwd",
        "0123456789ABCDEF0123456789ABCDEF01234567"
      })
  void hashesAndCommitsThatAreNoneAreRefused(String name) throws IOException {
    hub.etags.put(LARGE, name);
    assertTrue(refused().getMessage().contains("ETag"));
    hub.etags.clear();
    hub.commits.put("config.json", name);
    assertTrue(refused().getMessage().contains("X-Repo-Commit"));
    assertNoSnapshot();
  }

  @Test
  void filesOfTwoCommitsAreNotMixed() throws IOException {
    hub.commits.put(LARGE, FakeHub.COMMIT.replace('0', 'f'));
    assertTrue(refused().getMessage().contains("expected it of commit " + FakeHub.COMMIT));
    assertNoSnapshot();
    assertThrows(
        UncheckedIOException.class,
        () -> files().download(REPOSITORY, FakeHub.COMMIT.replace('0', 'e')));
  }

  @Test
  void afterTheFirstFileTheCommitIsAskedFor() {
    files().download(REPOSITORY, "main");
    assertEquals(FakeHub.COMMIT, files().find(REPOSITORY, "main").getFileName().toString());
  }

  @Test
  void theTokenGoesToTheHubAlone() throws IOException {
    hub.requiredToken = "secret";
    try (FakeHub storage = new FakeHub()) {
      storage.files.put(LARGE, weights);
      hub.storage = storage.address();
      Path snapshot = files("secret").download(REPOSITORY, "main");
      assertArrayEquals(weights, Files.readAllBytes(snapshot.resolve(LARGE)));
      assertEquals(List.of("GET " + LARGE + " null null"), storage.requests);
    }
    assertTrue(hub.requests.stream().allMatch(request -> request.endsWith("Bearer secret")));
    assertFalse(files("secret").toString().contains("secret"));
  }

  @Test
  void aRefusedTokenIsSaid() throws IOException {
    hub.requiredToken = "secret";
    assertTrue(refused().getMessage().contains("status 401; it may need a token"));
    UncheckedIOException refusal =
        assertThrows(UncheckedIOException.class, () -> files("other").download(REPOSITORY, "main"));
    assertTrue(refusal.getMessage().contains("the token does not open it"));
    assertNoSnapshot();
  }

  @Test
  void aRedirectionToAnotherProtocolIsRefused() throws IOException {
    hub.storage = URI.create("file:///etc");
    assertTrue(refused().getMessage().contains("redirection"));
    assertNoSnapshot();
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    hub.files.remove(LARGE);
    assertTrue(refused().getMessage().contains("pytorch_model.bin"));
    hub.files.clear();
    assertTrue(refused().getMessage().contains("config.json"));
    assertNoSnapshot();
  }

  @Test
  void singleFilesCanBeAskedFor() throws IOException {
    hub.put("onnx/vision_model.onnx", "graph");
    Path snapshot =
        files().download(REPOSITORY, "refs/pr/1", List.of("config.json", "onnx/vision_model.onnx"));
    assertEquals("graph", Files.readString(snapshot.resolve("onnx/vision_model.onnx")));
    assertFalse(Files.exists(snapshot.resolve(LARGE)));
    assertEquals(snapshot, files().find(REPOSITORY, "refs/pr/1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../x", "/x", "a/../b", "a//b", "", "a b", "-x", ".git", "a\\b"})
  void namesThatLeadElsewhereAreRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> files().download(name, "main"));
    assertThrows(IllegalArgumentException.class, () -> files().download(REPOSITORY, name));
    assertThrows(
        IllegalArgumentException.class, () -> files().download(REPOSITORY, "main", List.of(name)));
    assertEquals(List.of(), hub.requests);
  }

  @Test
  void aDamagedRefIsNoCommit() throws IOException {
    download();
    Files.writeString(folder().resolve("refs/main"), "../../../..");
    assertThrows(UnusableFileException.class, () -> files().find(REPOSITORY, "main"));
  }

  @Test
  void anUnreachableHubIsSaid() throws IOException {
    hub.close();
    assertTrue(refused().getMessage().contains(hub.address().toString()));
    assertNoSnapshot();
  }

  /** A cache of the machine is read by other users too. */
  @Test
  void everyFileOfTheCacheHasTheModeThatTheUmaskGives() throws IOException {
    assumeTrue(
        Files.getFileStore(directory).supportsFileAttributeView("posix"), "skipped: no modes");
    Path plain = Files.writeString(directory.resolve("plain"), "");
    Path plainFolder = Files.createDirectory(directory.resolve("folder"));
    download();
    try (Stream<Path> all = Files.walk(cache)) {
      for (Path path : all.toList()) {
        assertEquals(
            Files.getPosixFilePermissions(Files.isDirectory(path) ? plainFolder : plain),
            Files.getPosixFilePermissions(path),
            path.toString());
      }
    }
  }
}
