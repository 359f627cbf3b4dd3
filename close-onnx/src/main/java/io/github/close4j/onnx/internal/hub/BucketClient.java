package io.github.close4j.onnx.internal.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a public bucket, as Amazon's S3 keeps them, says of files. It tells their sizes and a mark
 * of their versions, and no hash.
 */
final class BucketClient {
  private static final int LONGEST_ANSWER_BYTES = 4096;
  private static final Pattern CODE = Pattern.compile("<Code>([^<]*)</Code>");
  private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]*)</Message>");

  private final HttpFiles http;

  BucketClient(URI address) {
    http = new HttpFiles(address, null, "there is no such file, or it is not public");
  }

  HttpFiles http() {
    return http;
  }

  /**
   * Asks what a file is.
   *
   * @throws java.io.UncheckedIOException if the bucket refuses, or does not tell its size
   */
  RemoteFile describe(String file) throws IOException {
    URI address = http.address(file);
    URI uri = address;
    for (int i = 0; i <= HttpFiles.MAX_REDIRECTIONS; i++) {
      HttpResponse<Void> response = http.send("HEAD", uri, Map.of(), BodyHandlers.discarding());
      int status = response.statusCode();
      if (status == 200) {
        return described(file, address, uri, response.headers());
      }
      if (!HttpFiles.isRedirection(status) || response.headers().firstValue("Location").isEmpty()) {
        return describedOtherwise(file, address, uri);
      }
      uri = HttpFiles.target(file, uri, response);
    }
    throw HttpFiles.tooManyRedirections(file);
  }

  private static RemoteFile described(String file, URI address, URI location, HttpHeaders headers) {
    String type = headers.firstValue("Content-Type").orElse("");
    if (HttpFiles.isPage(type)) {
      throw HttpFiles.stranger(file, location, "a file", type);
    }
    long size = size(headers);
    if (size < 0) {
      throw HttpFiles.stranger(file, location, "Content-Length", type);
    }
    String tag = headers.firstValue("ETag").orElse("");
    String modified = headers.firstValue("Last-Modified").orElse("");
    // A weak tag stands for several forms of a file, whose bytes do not fit each other.
    String validator = tag.startsWith("W/") || tag.isEmpty() ? modified : tag;
    String revision = tag.isEmpty() ? modified : tag.replaceFirst("^W/", "").replace("\"", "");
    return new RemoteFile(file, revision, "", size, address, location, validator);
  }

  private static long size(HttpHeaders headers) {
    try {
      OptionalLong size = headers.firstValueAsLong("Content-Length");
      return size.orElse(-1);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Asks again, for the reason, which an answer to HEAD has no room for. */
  private RemoteFile describedOtherwise(String file, URI address, URI uri) throws IOException {
    HttpResponse<InputStream> response =
        http.send("GET", uri, Map.of(), BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (response.statusCode() == 200) {
        // A server that does not know HEAD. What it sends is not read yet.
        return described(file, address, uri, response.headers());
      }
      String answer = new String(body.readNBytes(LONGEST_ANSWER_BYTES), StandardCharsets.UTF_8);
      String code = found(CODE, answer);
      String message = found(MESSAGE, answer);
      throw http.refused(file, uri, response, code.isEmpty() ? message : code + ": " + message);
    }
  }

  private static String found(Pattern pattern, String answer) {
    Matcher matcher = pattern.matcher(answer);
    return matcher.find() ? matcher.group(1) : "";
  }
}
