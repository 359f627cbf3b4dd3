package io.github.close4j.onnx.internal.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A hub on the loopback interface, with faults to order. */
final class FakeHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  final Map<String, byte[]> files = new ConcurrentHashMap<>();

  /** What is announced in place of the truth, by file. */
  final Map<String, String> etags = new ConcurrentHashMap<>();

  final Map<String, Long> sizes = new ConcurrentHashMap<>();
  final Map<String, String> commits = new ConcurrentHashMap<>();

  /** What is served in place of a file. */
  final Map<String, byte[]> served = new ConcurrentHashMap<>();

  /** Requests as {@code METHOD file range authorization}. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** Most bytes of a connection; it is then dropped. */
  volatile int dropAfter = Integer.MAX_VALUE;

  volatile boolean ignoresRanges;
  volatile String contentRange = "";
  volatile String requiredToken = "";

  /** Where large files are redirected to, if anywhere. */
  volatile URI storage = URI.create("");

  private final HttpServer server;

  FakeHub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  URI address() {
    return URI.create(
        "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort());
  }

  void put(String file, String contents) {
    files.put(file, contents.getBytes(StandardCharsets.UTF_8));
  }

  long count(String method) {
    return requests.stream().filter(request -> request.startsWith(method + " ")).count();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      String file = path.replaceFirst("^/[^/]+/[^/]+/resolve/[^/]+/", "").replaceFirst("^/", "");
      String range = exchange.getRequestHeaders().getFirst("Range");
      String token = exchange.getRequestHeaders().getFirst("Authorization");
      requests.add(exchange.getRequestMethod() + " " + file + " " + range + " " + token);
      byte[] contents = files.get(file);
      if (!requiredToken.isEmpty() && !("Bearer " + requiredToken).equals(token)) {
        exchange.sendResponseHeaders(401, -1);
      } else if (contents == null) {
        exchange.sendResponseHeaders(404, -1);
      } else if (exchange.getRequestMethod().equals("HEAD")) {
        describe(exchange, file, contents);
      } else {
        send(exchange, served.getOrDefault(file, contents), range);
      }
    }
  }

  private void describe(HttpExchange exchange, String file, byte[] contents) throws IOException {
    boolean isLarge = file.endsWith(".safetensors");
    var headers = exchange.getResponseHeaders();
    headers.set("X-Repo-Commit", commits.getOrDefault(file, COMMIT));
    headers.set(
        "ETag", "\"" + etags.getOrDefault(file, isLarge ? "an-etag" : git(contents)) + "\"");
    if (isLarge) {
      headers.set("X-Linked-Etag", "\"" + etags.getOrDefault(file, sha256(contents)) + "\"");
      headers.set("X-Linked-Size", Long.toString(sizes.getOrDefault(file, (long) contents.length)));
      headers.set("Location", storage + "/" + file);
      exchange.sendResponseHeaders(302, -1);
    } else {
      headers.set(
          "Content-Length", Long.toString(sizes.getOrDefault(file, (long) contents.length)));
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void send(HttpExchange exchange, byte[] contents, String range) throws IOException {
    int from = 0;
    if (range != null && !ignoresRanges) {
      from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
      String stated = "bytes " + from + "-" + (contents.length - 1) + "/" + contents.length;
      exchange
          .getResponseHeaders()
          .set("Content-Range", contentRange.isEmpty() ? stated : contentRange);
    }
    int length = contents.length - from;
    exchange.sendResponseHeaders(range != null && !ignoresRanges ? 206 : 200, length);
    exchange.getResponseBody().write(contents, from, Math.min(length, dropAfter));
    exchange.getResponseBody().flush();
  }

  static String sha256(byte[] contents) {
    return HexFormat.of().formatHex(digest("SHA-256").digest(contents));
  }

  static String git(byte[] contents) {
    MessageDigest digest = digest("SHA-1");
    digest.update(("blob " + contents.length + "\0").getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(digest.digest(contents));
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
