package io.github.close4j.onnx.internal.hub;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the hub says of files. */
final class HubClient {
  private static final String COMMIT = "X-Repo-Commit";
  private static final String ERROR_CODE = "X-Error-Code";

  private final HttpFiles http;

  /**
   * What the hub says of one name.
   *
   * @param file the file, or null if the repository has none of that name
   * @param commit the commit that was looked into, empty if the hub does not say
   */
  record Description(@Nullable RemoteFile file, String commit) {}

  HubClient(URI endpoint, @Nullable String token) {
    String closed = token == null ? "it may need a token" : "the token does not open it";
    http = new HttpFiles(endpoint, token, closed);
  }

  HttpFiles http() {
    return http;
  }

  /**
   * Asks what a file is.
   *
   * @throws java.io.UncheckedIOException if the hub refuses, or describes the file in a way that
   *     cannot be
   */
  Description describe(String repository, String revision, String file) throws IOException {
    URI address =
        http.address(
            repository
                + "/resolve/"
                + URLEncoder.encode(revision, StandardCharsets.UTF_8)
                + "/"
                + file);
    URI uri = address;
    for (int i = 0; i <= HttpFiles.MAX_REDIRECTIONS; i++) {
      HttpResponse<Void> response = http.send("HEAD", uri, Map.of(), BodyHandlers.discarding());
      int status = response.statusCode();
      if (status == 404) {
        requireRepository(repository, revision, uri, response);
        String commit = header(response, COMMIT).filter(HubCache::isCommit).orElse("");
        return new Description(null, commit);
      }
      boolean isRedirection = HttpFiles.isRedirection(status);
      // A redirection that describes the file leads to its contents; another one to a moved
      // repository.
      if (status == 200 || isRedirection && isDescribed(response)) {
        URI location = isRedirection ? HttpFiles.target(file, uri, response) : uri;
        RemoteFile described = described(file, response, address, location);
        return new Description(described, described.revision());
      }
      if (!isRedirection) {
        throw http.refused(file, uri, response);
      }
      uri = HttpFiles.target(file, uri, response);
    }
    throw HttpFiles.tooManyRedirections(file);
  }

  /** The hub says what it is that it does not have. */
  private void requireRepository(
      String repository, String revision, URI uri, HttpResponse<?> response) {
    String code = header(response, ERROR_CODE).orElse("");
    if (code.equals("RepoNotFound")) {
      throw http.refused(repository, uri, response, "no repository of that name");
    }
    if (code.equals("RevisionNotFound")) {
      throw http.refused(repository, uri, response, "no revision '%s' of it".formatted(revision));
    }
  }

  private static boolean isDescribed(HttpResponse<?> response) {
    return response.headers().firstValue("X-Linked-Etag").isPresent()
        && response.headers().firstValue(COMMIT).isPresent();
  }

  private static RemoteFile described(
      String file, HttpResponse<?> response, URI address, URI location) {
    if (response.headers().firstValue(COMMIT).isEmpty()) {
      throw HttpFiles.stranger(
          file, response.uri(), COMMIT, header(response, "Content-Type").orElse(""));
    }
    String hash =
        header(response, "X-Linked-Etag").or(() -> header(response, "ETag")).orElse("nothing");
    if (!HubCache.isBlob(hash)) {
      throw HttpFiles.failure(
          "%s: expected a SHA-256 or a git hash as its ETag, found %s".formatted(file, hash), null);
    }
    String commit = header(response, COMMIT).orElse("nothing");
    if (!HubCache.isCommit(commit)) {
      throw HttpFiles.failure(
          "%s: expected a commit in X-Repo-Commit, found %s".formatted(file, commit), null);
    }
    return new RemoteFile(file, commit, hash, size(file, response), address, location, "");
  }

  private static long size(String file, HttpResponse<?> response) {
    boolean isLinked =
        response.headers().firstValue("X-Linked-Size").isPresent()
            // A redirection's own length is that of its text.
            || HttpFiles.isRedirection(response.statusCode());
    String name = isLinked ? "X-Linked-Size" : "Content-Length";
    try {
      OptionalLong size = response.headers().firstValueAsLong(name);
      if (size.isPresent() && size.getAsLong() >= 0) {
        return size.getAsLong();
      }
    } catch (NumberFormatException e) {
      // Refused below, as a missing one is.
    }
    throw HttpFiles.failure(file + ": expected its size in " + name + ", found none", null);
  }

  /** A header without the marks of a weak or quoted entity tag. */
  private static Optional<String> header(HttpResponse<?> response, String name) {
    return response
        .headers()
        .firstValue(name)
        .map(tag -> tag.replaceFirst("^W/", "").replace("\"", ""));
  }
}
