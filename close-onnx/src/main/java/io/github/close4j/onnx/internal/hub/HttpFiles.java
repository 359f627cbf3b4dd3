package io.github.close4j.onnx.internal.hub;

import com.google.common.base.Ascii;
import com.google.common.escape.Escaper;
import com.google.common.escape.Escapers;
import io.github.close4j.internal.io.Interruption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Requests for files. Redirections are followed here, as the token must not go to another host than
 * its own; a server that is busy is asked again, after as long as it asks for.
 */
final class HttpFiles {
  static final int MAX_REDIRECTIONS = 5;

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Statuses of servers that may answer later. */
  private static final Set<Integer> BUSY = Set.of(408, 429, 500, 502, 503, 504);

  private static final int MAX_TRIES = 4;
  private static final long LONGEST_WAIT_SECONDS = 300;
  private static final int LONGEST_EXPLANATION = 300;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private static final Escaper NOT_IN_ADDRESSES =
      Escapers.builder()
          .addEscape(' ', "%20")
          .addEscape('"', "%22")
          .addEscape('<', "%3C")
          .addEscape('>', "%3E")
          .addEscape('\\', "%5C")
          .addEscape('^', "%5E")
          .addEscape('`', "%60")
          .addEscape('{', "%7B")
          .addEscape('|', "%7C")
          .addEscape('}', "%7D")
          .build();

  private final URI home;
  private final @Nullable String token;
  private final String closed;
  private final HttpClient client;

  /** A server that has no bytes from an offset on. */
  static final class NoSuchRange extends IOException {
    private static final long serialVersionUID = 1L;

    NoSuchRange(long offset) {
      super("the server has no bytes from " + offset + " on");
    }
  }

  /**
   * Files of one server.
   *
   * @param home its address
   * @param token what is sent to its host alone, or null
   * @param closed what it may mean, in words, that it does not let a file be read
   */
  HttpFiles(URI home, @Nullable String token, String closed) {
    this.home = home;
    this.token = token;
    this.closed = closed;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(EnvironmentProxies.selector())
            .connectTimeout(TIMEOUT)
            .build();
  }

  /** A file could not be fetched, or what came is not what the server announced. */
  static UncheckedIOException failure(String message, @Nullable Exception cause) {
    return new UncheckedIOException(message, new IOException(message, cause));
  }

  /** The address of a file below the server's. */
  URI address(String path) {
    return URI.create(home.toString().replaceAll("/+$", "") + "/" + path);
  }

  /** Sends a request, again if the server is busy. */
  <T> HttpResponse<T> send(String method, URI uri, Map<String, String> headers, BodyHandler<T> body)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(TIMEOUT)
            // Lengths and hashes are those of the file, not of a compressed form.
            .header("Accept-Encoding", "identity");
    headers.forEach(request::header);
    if (token != null && isHome(uri)) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      for (int attempt = 0; ; attempt++) {
        HttpResponse<T> response = client.send(request.build(), body);
        long wait = BUSY.contains(response.statusCode()) ? wait(response, attempt) : -1;
        if (wait < 0 || attempt == MAX_TRIES - 1) {
          return response;
        }
        Thread.sleep(Duration.ofSeconds(wait).toMillis());
      }
    } catch (InterruptedException e) {
      throw Interruption.cancelled(e);
    }
  }

  /** Seconds until a busy server is to be asked again, or -1 if that is too long to wait for. */
  private static long wait(HttpResponse<?> response, int attempt) {
    long asked = secondsAskedFor(response).orElse(1L << attempt);
    return asked <= LONGEST_WAIT_SECONDS ? Math.max(0, asked) : -1;
  }

  private static OptionalLong secondsAskedFor(HttpResponse<?> response) {
    try {
      return response.headers().firstValueAsLong("Retry-After");
    } catch (NumberFormatException e) {
      // A date, which needs the same clock at both ends.
      return OptionalLong.empty();
    }
  }

  boolean isHome(URI uri) {
    return uri.getScheme().equals(home.getScheme())
        && uri.getAuthority().equals(home.getAuthority());
  }

  /**
   * Fetches a file's bytes from an offset on.
   *
   * @param body takes the bytes of a response of status 200, which begins at the first byte, or 206
   * @return false if its location is not its home and does not let it be read: an address that was
   *     lent for a while does so later
   */
  <T> boolean fetch(RemoteFile file, long offset, BodyHandler<T> body) throws IOException {
    URI uri = file.location();
    for (int i = 0; i <= MAX_REDIRECTIONS; i++) {
      HttpResponse<@Nullable T> response =
          send(
              "GET",
              uri,
              range(file, offset),
              head ->
                  isContent(head.statusCode())
                      ? body.apply(head)
                      : BodySubscribers.replacing(null));
      int status = response.statusCode();
      if (isContent(status)) {
        return true;
      }
      if (status == RANGE_NOT_SATISFIABLE && offset > 0) {
        throw new NoSuchRange(offset);
      }
      if (status == 403 && !isHome(file.location())) {
        return false;
      }
      if (!isRedirection(status)) {
        throw refused(file.name(), uri, response);
      }
      uri = target(file.name(), uri, response);
    }
    throw tooManyRedirections(file.name());
  }

  private static Map<String, String> range(RemoteFile file, long offset) {
    if (offset == 0) {
      return Map.of();
    }
    String range = "bytes=" + offset + "-";
    return file.validator().isEmpty()
        ? Map.of("Range", range)
        : Map.of("Range", range, "If-Range", file.validator());
  }

  private static boolean isContent(int status) {
    return status == 200 || status == 206;
  }

  static boolean isRedirection(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  static UncheckedIOException tooManyRedirections(String file) {
    return failure(file + ": more than " + MAX_REDIRECTIONS + " redirections", null);
  }

  /** Where a redirection leads: never from https to http. */
  static URI target(String file, URI from, HttpResponse<?> response) {
    try {
      String location = response.headers().firstValue("Location").orElseThrow();
      // Signed addresses tell names of files, not all of them with every mark escaped.
      URI to = from.resolve(NOT_IN_ADDRESSES.escape(location));
      boolean isSafe = "https".equals(to.getScheme()) || from.getScheme().equals(to.getScheme());
      if (isSafe && to.getAuthority() != null && to.getScheme().startsWith("http")) {
        return to;
      }
      throw failure(
          "%s: expected a redirection to https, found one to %s".formatted(file, to), null);
    } catch (IllegalArgumentException | NoSuchElementException e) {
      throw failure(file + ": a redirection that leads nowhere", e);
    }
  }

  /** An answer that belongs to somebody who stands between the server and us. */
  static UncheckedIOException stranger(String file, URI uri, String lacking, String type) {
    return failure(
        "%s: expected an answer with %s from %s, found one without it%s; a login page or a proxy may stand in between"
            .formatted(file, lacking, uri, type.isEmpty() ? "" : " (" + type + ")"),
        null);
  }

  static boolean isPage(String contentType) {
    return Ascii.toLowerCase(contentType).startsWith("text/html");
  }

  UncheckedIOException refused(String file, URI uri, HttpResponse<?> response) {
    return refused(
        file, uri, response, response.headers().firstValue("X-Error-Message").orElse(""));
  }

  UncheckedIOException refused(String file, URI uri, HttpResponse<?> response, String explanation) {
    int status = response.statusCode();
    return failure(
        "%s: expected a file at %s, found status %d%s%s"
            .formatted(file, uri, status, hint(status, response), said(explanation)),
        null);
  }

  private String hint(int status, HttpResponse<?> response) {
    if (status == 429) {
      OptionalLong seconds = secondsAskedFor(response);
      return "; too many requests, try again "
          + (seconds.isPresent() ? "in %d seconds".formatted(seconds.getAsLong()) : "later");
    }
    if (BUSY.contains(status)) {
      return "; the server cannot answer now, try again later";
    }
    if (status == 407) {
      return "; the proxy asks for a name and a password";
    }
    if (status == 401 || status == 403) {
      return "; " + closed;
    }
    return "";
  }

  /** What a server says of its refusal, as far as it is plain text. */
  private static String said(String explanation) {
    String plain = explanation.replaceAll("[^\\x20-\\x7e]+", " ").strip();
    return plain.isEmpty()
        ? ""
        : ": the server says \"%s\"".formatted(Ascii.truncate(plain, LONGEST_EXPLANATION, "..."));
  }
}
