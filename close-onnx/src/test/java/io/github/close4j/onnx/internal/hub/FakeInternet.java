package io.github.close4j.onnx.internal.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import io.github.close4j.onnx.pretrained.ModelHub;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The hub with its storage on another host, and the authors' bucket, on the loopback interface: the
 * real layouts and headers, tiny files, and faults to order.
 */
final class FakeInternet implements AutoCloseable {
  static final String CLIP = "openai/clip-vit-large-patch14";
  static final String T5 = "google-t5/t5-base";

  /** Contents by {@code owner/name/file}. */
  final Map<String, byte[]> hubFiles = new ConcurrentHashMap<>();

  /** Contents by name in the bucket. */
  final Map<String, byte[]> bucketFiles = new ConcurrentHashMap<>();

  /** Commits by {@code owner/name}. */
  final Map<String, String> commits = new ConcurrentHashMap<>();

  /** Requests as {@code SERVER METHOD path range token}. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** What is answered in place of the truth, one a request, by {@code SERVER METHOD path}. */
  final Map<String, ConcurrentLinkedDeque<Fault>> faults = new ConcurrentHashMap<>();

  /** Whether redirections name no host. */
  volatile boolean isRelative;

  volatile boolean ignoresRanges;

  /** What makes other versions of files in the bucket. */
  final Map<String, String> versions = new ConcurrentHashMap<>();

  private final HttpServer hub = server("hub");
  private final HttpServer storage = server("storage");
  private final HttpServer bucket = server("bucket");

  /** An answer in place of the true one. */
  @FunctionalInterface
  interface Fault {
    void answer(HttpExchange exchange) throws IOException;
  }

  FakeInternet() throws IOException {
    for (String file : List.of("config.json", "preprocessor_config.json", "tokenizer.json")) {
      hubFiles.put(CLIP + "/" + file, read("clip-quick-gelu/" + file));
    }
    hubFiles.put(CLIP + "/model.safetensors", read("clip-quick-gelu/model.safetensors"));
    for (String other : List.of("pytorch_model.bin", "tf_model.h5", "flax_model.msgpack")) {
      hubFiles.put(CLIP + "/" + other, "not asked for".getBytes(StandardCharsets.UTF_8));
    }
    for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      hubFiles.put(T5 + "/" + file, read("t5-v10/" + file));
    }
    commits.put(CLIP, "a".repeat(40));
    commits.put(T5, "b".repeat(40));
    bucketFiles.put("models/s-cap/model.json", read("close/model.json"));
    bucketFiles.put("models/s-cap/r0/state-ep8.pth", read("close/state-ep8.pth"));
  }

  private static byte[] read(String name) throws IOException {
    return Files.readAllBytes(Checkpoints.path(name));
  }

  private HttpServer server(String name) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> handle(name, exchange));
    server.start();
    return server;
  }

  private static URI address(HttpServer server) {
    return URI.create(
        "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort());
  }

  ModelHub client(Path cache) {
    return ModelHub.in(cache).endpoint(address(hub)).authorsFiles(address(bucket));
  }

  /** Answers the next requests of a kind, such as {@code hub HEAD}, for a path's end. */
  void next(String kind, String pathEnd, Fault... answers) {
    faults
        .computeIfAbsent(kind + " " + pathEnd, key -> new ConcurrentLinkedDeque<>())
        .addAll(List.of(answers));
  }

  static Fault status(int status, String body, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      boolean hasBody = !exchange.getRequestMethod().equals("HEAD") && bytes.length > 0;
      if (!hasBody && bytes.length > 0) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
      }
      exchange.sendResponseHeaders(status, hasBody ? bytes.length : -1);
      if (hasBody) {
        exchange.getResponseBody().write(bytes);
      }
    };
  }

  /** The truth, of which the connection brings a part. */
  Fault part(String server, int bytes) {
    return exchange -> answer(server, exchange, bytes);
  }

  long count(String begin) {
    return requests.stream().filter(request -> request.startsWith(begin)).count();
  }

  private void handle(String server, HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      String request = server + " " + exchange.getRequestMethod() + " " + path;
      var headers = exchange.getRequestHeaders();
      requests.add(
          "%s %s %s"
              .formatted(request, headers.getFirst("Range"), headers.getFirst("Authorization")));
      Fault fault = fault(request);
      if (fault != null) {
        fault.answer(exchange);
      } else {
        answer(server, exchange, Integer.MAX_VALUE);
      }
    }
  }

  private Fault fault(String request) {
    return faults.entrySet().stream()
        .filter(
            entry -> {
              String[] kindAndEnd = entry.getKey().split(" (?=[^ ]*$)");
              return request.startsWith(kindAndEnd[0] + " ") && request.endsWith(kindAndEnd[1]);
            })
        .map(entry -> entry.getValue().poll())
        .filter(java.util.Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private void answer(String server, HttpExchange exchange, int mostBytes) throws IOException {
    switch (server) {
      case "hub" -> answerHub(exchange, mostBytes);
      case "storage" -> answerStorage(exchange, mostBytes);
      default -> answerBucket(exchange, mostBytes);
    }
  }

  private void answerHub(HttpExchange exchange, int mostBytes) throws IOException {
    String[] parts = exchange.getRequestURI().getRawPath().substring(1).split("/", 5);
    String repository = parts[0] + "/" + parts[1];
    var headers = exchange.getResponseHeaders();
    if (!commits.containsKey(repository)) {
      status(404, "", "X-Error-Code", "RepoNotFound").answer(exchange);
      return;
    }
    headers.set("X-Repo-Commit", commits.get(repository));
    byte[] contents = hubFiles.get(repository + "/" + parts[4]);
    if (contents == null) {
      status(404, "", "X-Error-Code", "EntryNotFound").answer(exchange);
      return;
    }
    if (parts[4].matches(".*\\.(safetensors|bin|h5|msgpack)")) {
      headers.set("X-Linked-Etag", "\"" + FakeHub.sha256(contents) + "\"");
      headers.set("X-Linked-Size", Integer.toString(contents.length));
      headers.set("ETag", "\"of-the-pointer\"");
      String path = "/storage/" + FakeHub.sha256(contents) + "?X-Amz-Expires=3600&name=\"a b\"|{}";
      headers.set("Location", isRelative ? path : address(storage) + path);
      exchange.sendResponseHeaders(302, -1);
      return;
    }
    headers.set("ETag", "W/\"" + FakeHub.git(contents) + "\"");
    headers.set("Content-Type", "text/plain; charset=utf-8");
    send(exchange, contents, mostBytes);
  }

  private void answerStorage(HttpExchange exchange, int mostBytes) throws IOException {
    String hash = exchange.getRequestURI().getPath().replaceFirst("^/storage/", "");
    for (byte[] contents : hubFiles.values()) {
      if (FakeHub.sha256(contents).equals(hash)) {
        exchange.getResponseHeaders().set("ETag", "\"of-the-storage\"");
        send(exchange, contents, mostBytes);
        return;
      }
    }
    exchange.sendResponseHeaders(404, -1);
  }

  private void answerBucket(HttpExchange exchange, int mostBytes) throws IOException {
    String name = exchange.getRequestURI().getPath().substring(1);
    byte[] contents = bucketFiles.get(name);
    if (contents == null) {
      status(
              403,
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
              "Content-Type",
              "application/xml")
          .answer(exchange);
      return;
    }
    exchange.getResponseHeaders().set("ETag", entityTag(name));
    exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    exchange.getResponseHeaders().set("Content-Type", "binary/octet-stream");
    send(exchange, contents, mostBytes);
  }

  String entityTag(String name) {
    String version = versions.getOrDefault(name, "");
    return "\"" + FakeHub.git(bucketFiles.get(name)).substring(0, 32) + "-1" + version + "\"";
  }

  private void send(HttpExchange exchange, byte[] contents, int mostBytes) throws IOException {
    var headers = exchange.getResponseHeaders();
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(contents.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    int from = begin(exchange, headers.getFirst("ETag"));
    if (from > contents.length) {
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    int length = contents.length - from;
    if (from > 0) {
      headers.set(
          "Content-Range", "bytes %d-%d/%d".formatted(from, contents.length - 1, contents.length));
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, length);
    exchange.getResponseBody().write(contents, from, Math.min(length, mostBytes));
    exchange.getResponseBody().flush();
  }

  /** The rest is sent of the version that was asked for alone. */
  private int begin(HttpExchange exchange, String entityTag) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    String version = exchange.getRequestHeaders().getFirst("If-Range");
    boolean isWhole =
        range == null || ignoresRanges || version != null && !version.equals(entityTag);
    return isWhole ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
  }

  @Override
  public void close() {
    hub.stop(0);
    storage.stop(0);
    bucket.stop(0);
  }
}
