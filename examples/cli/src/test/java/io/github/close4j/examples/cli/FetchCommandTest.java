package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.close4j.adapter.AdapterFile;
import io.github.close4j.adapter.CovarianceNoise;
import io.github.close4j.adapter.LinearAdapter;
import io.github.close4j.adapter.MeanShift;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code fetch} from a server on the loopback interface; close-onnx's tests break it in all ways.
 */
final class FetchCommandTest {
  private static final Path CHECKPOINTS =
      Path.of("../../close-onnx/src/test/resources/io/github/close4j/onnx/checkpoint");
  private static final String CLIP = "openai/clip-vit-large-patch14";
  private static final String T5 = "google-t5/t5-base";

  @TempDir private Path directory;

  /** Contents by path, as the hub or the bucket has them. */
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    for (String file :
        List.of("config.json", "preprocessor_config.json", "tokenizer.json", "model.safetensors")) {
      put("/" + CLIP + "/resolve/main/" + file, "clip-quick-gelu/" + file);
    }
    for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      put("/" + T5 + "/resolve/main/" + file, "t5-v10/" + file);
    }
    put("/models/s-cap/model.json", "close/model.json");
    put("/models/s-cap/r0/state-ep8.pth", "close/state-ep8.pth");
    try (InputStream file = Files.newInputStream(CHECKPOINTS.resolve("adapters/pickles.zip"));
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name =
            entry
                .getName()
                .replaceFirst("^linear-p4-f8-F-old", "cc3m-linear-v1")
                .replaceFirst("^mean-p4-f4-C-old", "cc3m-mean-diff")
                .replaceFirst("^covariance-p4-f8-C-old", "cc3m-cov-diff");
        files.put("/adapters/" + name, zip.readAllBytes());
      }
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void put(String path, String file) throws IOException {
    files.put(path, Files.readAllBytes(CHECKPOINTS.resolve(file)));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path =
          exchange.getRequestURI().getPath().replaceFirst("resolve/c{40}", "resolve/main");
      byte[] contents = files.get(path);
      var headers = exchange.getResponseHeaders();
      headers.set("X-Repo-Commit", "c".repeat(40));
      if (contents == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      headers.set("ETag", "\"" + sha256(contents) + "\"");
      headers.set("Content-Length", Integer.toString(contents.length));
      boolean isHead = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(200, isHead ? -1 : contents.length);
      if (!isHead) {
        exchange.getResponseBody().write(contents);
      }
    }
  }

  private static String sha256(byte[] contents) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(contents));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private CommandRun fetch(Object... arguments) {
    String address = "http://127.0.0.1:" + server.getAddress().getPort();
    List<Object> all = new ArrayList<>(List.of("fetch"));
    all.addAll(List.of(arguments));
    all.addAll(
        List.of("--cache", directory.resolve("cache"), "--hub", address, "--bucket", address));
    return CommandRun.of(all.toArray());
  }

  private static void assertRefused(int exitCode, String problem, CommandRun run) {
    assertEquals(exitCode, run.exitCode(), run::toString);
    assertEquals(1, run.err().size(), run::toString);
    assertTrue(run.err().get(0).contains(problem), run::toString);
  }

  @Test
  void aCaptionerIsFetchedAndTheNextCommandIsTold() {
    Path model = directory.resolve("captioner");
    CommandRun run = fetch("coco-captioner", "--output", model);
    assertEquals(
        new CommandRun(
            0,
            List.of(),
            List.of(
                "fetched models/s-cap/model.json",
                "fetched config.json",
                "fetched tokenizer.json",
                "fetched preprocessor_config.json",
                "fetched tokenizer.json",
                "fetched config.json",
                "fetched model.safetensors",
                "fetched models/s-cap/r0/state-ep8.pth",
                "model: " + model,
                "next: close caption --model " + model + " photo.jpg")),
        run);
    assertEquals(0, CommandRun.of("caption", "--model", model, "--scenes", 1).exitCode());
    assertRefused(1, "found an existing one", fetch("coco-captioner", "--output", model));
  }

  @Test
  void aSecondMachineNeedsNoNetworkAndIsToldWhatItLacks() {
    Path second = directory.resolve("second");
    String missing = "close fetch coco-captioner --cache " + directory.resolve("cache");
    assertRefused(1, missing, fetch("coco-captioner", "--output", second, "--offline"));
    fetch("coco-captioner", "--output", directory.resolve("first"));
    server.stop(0);
    CommandRun run = fetch("coco-captioner", "--output", second, "--offline");
    assertEquals(2, run.err().size(), run::toString);
    assertTrue(Files.exists(second.resolve("captioner.json")));
  }

  @ParameterizedTest
  @CsvSource({"clip," + CLIP, "t5," + T5})
  void partsToTrainFromAreFetchedAndTheirFolderIsPrinted(String kind, String repository) {
    CommandRun run = fetch(kind, repository);
    assertEquals(0, run.exitCode(), run::toString);
    Path folder = Path.of(run.out().get(0));
    assertTrue(Files.exists(folder.resolve("model.safetensors")));
    assertTrue(
        run.err().get(run.err().size() - 1).startsWith("next: close new --" + kind), run::toString);
    assertEquals(run.out(), fetch(kind, repository, "--offline").out());
    assertRefused(
        1, "expected the model", fetch(kind, repository, "--offline", "--revision", "v2"));
    assertRefused(1, "config.json", fetch(kind, "owner/none"));
  }

  @Test
  void whatIsNoClipIsToldWhenItIsFetched() {
    CommandRun run = fetch("clip", T5);
    assertEquals(1, run.exitCode(), run::toString);
    assertTrue(run.err().get(run.err().size() - 1).contains("model_type"), run::toString);
  }

  @Test
  void adaptersAreWrittenInTheFormThatTrainingReads() {
    Path file = directory.resolve("adapter.safetensors");
    assertEquals(0, fetch("adapter", "cc3m-linear-v1", "--output", file).exitCode());
    assertInstanceOf(LinearAdapter.class, AdapterFile.load(file));
    assertEquals("the paper's authors: cc3m-linear-v1", AdapterFile.notes(file).get("source"));

    assertEquals(
        0, fetch("adapter", "cc3m-mean-diff", "--scale", "-1", "--output", file).exitCode());
    MeanShift shift = assertInstanceOf(MeanShift.class, AdapterFile.load(file));
    assertEquals(-1, shift.multiplier());
    assertFalse(shift.normalized());

    CommandRun run =
        fetch("adapter", "cc3m-cov-diff", "--scale", 3, "--training-only", "--output", file);
    assertEquals(0, run.exitCode(), run::toString);
    CovarianceNoise noise = assertInstanceOf(CovarianceNoise.class, AdapterFile.load(file));
    assertEquals(3, noise.multiplier());
    assertTrue(noise.isTrainingOnly());
    assertTrue(
        run.err()
            .contains(
                "next: close train --adapter "
                    + file
                    + " --noise 0.04 --captions FILE --output DIR"),
        run::toString);
  }

  @Test
  void whatHasNoSenseIsRefused() {
    Path file = directory.resolve("adapter.safetensors");
    assertRefused(2, "expected one of [", CommandRun.of("fetch"));
    assertRefused(2, "--scale", fetch("adapter", "cc3m-linear-v1", "--scale", 2, "--output", file));
    assertRefused(
        2,
        "--training-only",
        fetch("adapter", "cc3m-mean-diff", "--training-only", "--output", file));
    assertRefused(2, "found a folder", fetch("adapter", "cc3m-mean-diff", "--output", directory));
    assertRefused(2, "cc3m-linear-v1", fetch("adapter", "nonsense", "--output", file));
    assertRefused(
        1, "kp-restval-linear-v1.pkl", fetch("adapter", "kp-restval-linear-v1", "--output", file));
    assertRefused(1, "expected owner/name", fetch("clip", "a/b/c"));
  }

  @Test
  void aBarMovesOnATerminalAndALineIsLeftOfEachFile() {
    List<String> shown = new ArrayList<>();
    ProgressDisplay display =
        new ProgressDisplay() {
          @Override
          public void begin(Phase phase, long done, long total) {
            shown.add("begin " + phase + " " + done);
          }

          @Override
          public void show(long done, long total, String words) {
            shown.add(done + " of " + total + " " + words);
          }

          @Override
          public void end() {
            shown.add("end");
          }
        };
    try (FetchProgress progress = new FetchProgress(shown::add, display)) {
      progress.accept("a", 0.25);
      progress.accept("a", 1);
      progress.accept("b", 0.5);
    }
    assertEquals(
        List.of(
            "end",
            "begin FETCHING 25",
            "25 of 100 a",
            "100 of 100 a",
            "end",
            "fetched a",
            "end",
            "begin FETCHING 50",
            "50 of 100 b",
            "end"),
        shown);
  }
}
