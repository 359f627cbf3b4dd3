package io.github.close4j.onnx.internal.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The hub's two requests: what is a file, and its bytes from an offset on. Redirections are
 * followed here, as the token must not go to another host than the hub's.
 */
final class HubClient {
  private static final int MAX_REDIRECTIONS = 5;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final URI endpoint;
  private final @Nullable String token;
  private final HttpClient client;

  /**
   * What the hub says of a file before it is fetched.
   *
   * @param name its name in the repository
   * @param commit the commit it belongs to
   * @param hash its SHA-256, or the SHA-1 of its git blob
   * @param size its bytes
   * @param location where its contents are
   */
  record RemoteFile(String name, String commit, String hash, long size, URI location) {}

  HubClient(URI endpoint, @Nullable String token) {
    this.endpoint = endpoint;
    this.token = token;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT)
            .build();
  }

  /** A file could not be fetched, or what came is not what the hub announced. */
  static UncheckedIOException failure(String message, @Nullable Exception cause) {
    return new UncheckedIOException(message, new IOException(message, cause));
  }

  /**
   * Asks what a file is.
   *
   * @return empty if the repository has no such file
   * @throws UncheckedIOException if the hub refuses, or describes the file in a way that cannot be
   */
  Optional<RemoteFile> describe(String repository, String revision, String file)
      throws IOException {
    URI uri = resolve(repository, revision, file);
    for (int i = 0; i <= MAX_REDIRECTIONS; i++) {
      HttpResponse<Void> response =
          send(
              request(uri).method("HEAD", HttpRequest.BodyPublishers.noBody()),
              BodyHandlers.discarding());
      int status = response.statusCode();
      if (status == 404) {
        return Optional.empty();
      }
      boolean isRedirection = isRedirection(status);
      // A redirection that describes the file leads to its contents; another one to a moved
      // repository.
      if (status == 200 || isRedirection && isDescribed(response)) {
        URI location = isRedirection ? target(file, uri, response) : uri;
        return Optional.of(described(file, response, location));
      }
      if (!isRedirection) {
        throw refused(file, uri, status);
      }
      uri = target(file, uri, response);
    }
    throw tooManyRedirections(file);
  }

  /**
   * Fetches a file's bytes from an offset on.
   *
   * @param body takes the bytes of a response of status 200, which begins at the first byte, or 206
   */
  <T> void fetch(RemoteFile file, long offset, BodyHandler<T> body) throws IOException {
    URI uri = file.location();
    for (int i = 0; i <= MAX_REDIRECTIONS; i++) {
      HttpRequest.Builder request = request(uri).GET();
      if (offset > 0) {
        request.header("Range", "bytes=" + offset + "-");
      }
      HttpResponse<@Nullable T> response =
          send(
              request,
              head ->
                  isContent(head.statusCode())
                      ? body.apply(head)
                      : BodySubscribers.replacing(null));
      if (isContent(response.statusCode())) {
        return;
      }
      if (!isRedirection(response.statusCode())) {
        throw refused(file.name(), uri, response.statusCode());
      }
      uri = target(file.name(), uri, response);
    }
    throw tooManyRedirections(file.name());
  }

  private static boolean isContent(int status) {
    return status == 200 || status == 206;
  }

  private static UncheckedIOException tooManyRedirections(String file) {
    return failure(file + ": more than " + MAX_REDIRECTIONS + " redirections", null);
  }

  private URI resolve(String repository, String revision, String file) {
    String base = endpoint.toString().replaceAll("/+$", "");
    String encoded = URLEncoder.encode(revision, StandardCharsets.UTF_8);
    return URI.create(base + "/" + repository + "/resolve/" + encoded + "/" + file);
  }

  private HttpRequest.Builder request(URI uri) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(TIMEOUT)
            // Lengths and hashes are those of the file, not of a compressed form.
            .header("Accept-Encoding", "identity");
    if (token != null && isHub(uri)) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  private boolean isHub(URI uri) {
    return uri.getScheme().equals(endpoint.getScheme())
        && uri.getAuthority().equals(endpoint.getAuthority());
  }

  private <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> body)
      throws IOException {
    try {
      return client.send(request.build(), body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("the download was interrupted", e);
    }
  }

  private static boolean isRedirection(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private URI target(String file, URI from, HttpResponse<?> response) {
    try {
      URI to = from.resolve(response.headers().firstValue("Location").orElseThrow());
      boolean isSafe = "https".equals(to.getScheme()) || from.getScheme().equals(to.getScheme());
      if (isSafe && to.getAuthority() != null && to.getScheme().startsWith("http")) {
        return to;
      }
      throw failure(
          "%s: expected a redirection to https, found one to %s".formatted(file, to), null);
    } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
      throw failure(file + ": a redirection that leads nowhere", e);
    }
  }

  private static boolean isDescribed(HttpResponse<?> response) {
    return response.headers().firstValue("X-Linked-Etag").isPresent()
        && response.headers().firstValue("X-Repo-Commit").isPresent();
  }

  private static RemoteFile described(String file, HttpResponse<?> response, URI location) {
    String hash =
        header(response, "X-Linked-Etag").or(() -> header(response, "ETag")).orElse("nothing");
    if (!HubCache.isBlob(hash)) {
      throw failure(
          "%s: expected a SHA-256 or a git hash as its ETag, found %s".formatted(file, hash), null);
    }
    String commit = header(response, "X-Repo-Commit").orElse("nothing");
    if (!HubCache.isCommit(commit)) {
      throw failure(
          "%s: expected a commit in X-Repo-Commit, found %s".formatted(file, commit), null);
    }
    return new RemoteFile(file, commit, hash, size(file, response), location);
  }

  private static long size(String file, HttpResponse<?> response) {
    String name =
        response.headers().firstValue("X-Linked-Size").isPresent()
            ? "X-Linked-Size"
            : "Content-Length";
    try {
      OptionalLong size = response.headers().firstValueAsLong(name);
      if (size.isPresent() && size.getAsLong() >= 0) {
        return size.getAsLong();
      }
    } catch (NumberFormatException e) {
      // Refused below, as a missing one is.
    }
    throw failure(file + ": expected its size in " + name + ", found none", null);
  }

  /** A header without the marks of a weak or quoted entity tag. */
  private static Optional<String> header(HttpResponse<?> response, String name) {
    return response
        .headers()
        .firstValue(name)
        .map(tag -> tag.replaceFirst("^W/", "").replace("\"", ""));
  }

  private UncheckedIOException refused(String file, URI uri, int status) {
    String hint =
        status == 401 || status == 403
            ? token == null ? "; it may need a token" : "; the token does not open it"
            : "";
    return failure(
        "%s: expected a file at %s, found status %d%s".formatted(file, uri, status, hint), null);
  }
}
