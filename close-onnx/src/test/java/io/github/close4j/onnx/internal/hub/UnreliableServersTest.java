package io.github.close4j.onnx.internal.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.onnx.pretrained.ModelHub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that break, are busy, refuse, lie and mislead. */
final class UnreliableServersTest extends FetchedCaptioner {
  private static final String PAGE = "<!DOCTYPE html><title>Please log in</title>";

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

  /** While a server is asked, while a small file comes, and while weights come. */
  @ParameterizedTest
  @ValueSource(strings = {"config.json", "model.safetensors", STATE})
  void anInterruptCancelsAFetchWhichALaterOneGoesOnWith(String file) {
    Thread fetching = Thread.currentThread();
    ModelHub interrupting =
        hub()
            .progress(
                (name, share) -> {
                  if (name.equals(file)) {
                    fetching.interrupt();
                  }
                });
    assertThrows(CancellationException.class, () -> fetch(interrupting));
    assertTrue(Thread.interrupted(), "stays interrupted");
    assertFalse(Files.exists(output));
    fetch();
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
}
