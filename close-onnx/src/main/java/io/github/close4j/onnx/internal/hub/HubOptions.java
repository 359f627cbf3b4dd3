package io.github.close4j.onnx.internal.hub;

import io.github.close4j.internal.io.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.ObjDoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where models are kept and where they come from.
 *
 * @param cache the folder that holds {@code models--owner--name} folders
 * @param endpoint the hub's address, http or https
 * @param bucket the address of the authors' bucket, http or https
 * @param token an access token, or null; sent to the endpoint's host alone
 * @param offline whether the network must not be used
 * @param progress told which share of a file is there, by one thread at a time
 */
public record HubOptions(
    Path cache,
    URI endpoint,
    URI bucket,
    @Nullable String token,
    boolean offline,
    ObjDoubleConsumer<String> progress) {
  /** The Hugging Face hub. */
  public static final URI DEFAULT_ENDPOINT = URI.create("https://huggingface.co");

  /** The public bucket of CLOSE's authors. */
  public static final URI DEFAULT_BUCKET =
      URI.create("https://ai2-prior-close.s3.us-west-2.amazonaws.com");

  /** Hears nothing. */
  public static final ObjDoubleConsumer<String> SILENT = (file, share) -> {};

  /** Checks the addresses. */
  public HubOptions {
    requireHttp("endpoint", endpoint);
    requireHttp("bucket", bucket);
  }

  private static void requireHttp(String what, URI address) {
    String scheme = address.getScheme();
    if (!"https".equals(scheme) && !"http".equals(scheme) || address.getAuthority() == null) {
      throw new IllegalArgumentException(
          what + ": expected an http or https address, found " + address);
    }
  }

  /** The hub and the bucket at their own addresses, without a token. */
  public static HubOptions of(Path cache) {
    return new HubOptions(cache, DEFAULT_ENDPOINT, DEFAULT_BUCKET, null, false, SILENT);
  }

  public HubOptions withCache(Path other) {
    return new HubOptions(other, endpoint, bucket, token, offline, progress);
  }

  public HubOptions withEndpoint(URI other) {
    return new HubOptions(cache, other, bucket, token, offline, progress);
  }

  public HubOptions withBucket(URI other) {
    return new HubOptions(cache, endpoint, other, token, offline, progress);
  }

  public HubOptions withToken(String other) {
    return new HubOptions(cache, endpoint, bucket, other, offline, progress);
  }

  public HubOptions withOffline(boolean other) {
    return new HubOptions(cache, endpoint, bucket, token, other, progress);
  }

  public HubOptions withProgress(ObjDoubleConsumer<String> other) {
    return new HubOptions(cache, endpoint, bucket, token, offline, other);
  }

  /** What Python's {@code huggingface_hub} would use under an environment. */
  public static HubOptions fromEnvironment(Map<String, String> environment) {
    return new Environment(environment, Path.of(System.getProperty("user.home"))).options();
  }

  /** Keeps the token out of logs. */
  @Override
  public String toString() {
    return "HubOptions[cache=%s, endpoint=%s, bucket=%s, token=%s, offline=%s]"
        .formatted(cache, endpoint, bucket, token == null ? "none" : "***", offline);
  }

  /** Reads options from environment variables. */
  static final class Environment {
    private final Map<String, String> environment;
    private final Path userHome;

    Environment(Map<String, String> environment, Path userHome) {
      this.environment = environment;
      this.userHome = userHome;
    }

    HubOptions options() {
      Path home = home();
      return new HubOptions(
          path("HF_HUB_CACHE", path("HUGGINGFACE_HUB_CACHE", home.resolve("hub"))),
          endpoint(),
          DEFAULT_BUCKET,
          token(tokenFile()),
          isTrue(first("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")),
          SILENT);
    }

    /** Where a token lies that no variable gives. */
    Path tokenFile() {
      return path("HF_TOKEN_PATH", home().resolve("token"));
    }

    private Path home() {
      Path caches = path("XDG_CACHE_HOME", userHome.resolve(".cache"));
      return path("HF_HOME", caches.resolve("huggingface"));
    }

    private URI endpoint() {
      String address = value("HF_ENDPOINT").replaceFirst("/+$", "");
      try {
        return address.isEmpty() ? DEFAULT_ENDPOINT : URI.create(address);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "HF_ENDPOINT: expected an address, found '" + address + "'", e);
      }
    }

    private @Nullable String token(Path file) {
      if (isTrue(value("HF_HUB_DISABLE_IMPLICIT_TOKEN"))) {
        return null;
      }
      String given = first("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
      String token = given.isEmpty() ? stored(file) : given;
      return token.isEmpty() ? null : token;
    }

    private static String stored(Path file) {
      try {
        return Files.isRegularFile(file) ? Files.readString(file).strip() : "";
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cannot read the token in %s: %s".formatted(file, FileFailure.reason(e)), e);
      }
    }

    private Path path(String name, Path missing) {
      String value = value(name);
      try {
        if (value.equals("~") || value.startsWith("~/")) {
          return userHome.resolve(value.substring(Math.min(2, value.length())));
        }
        return value.isEmpty() ? missing : Path.of(value);
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException(name + ": expected a path, found '" + value + "'", e);
      }
    }

    /** As Python's library reads a switch. */
    private static boolean isTrue(String value) {
      return value.toUpperCase(Locale.ROOT).matches("1|ON|YES|TRUE");
    }

    private String first(String name, String otherwise) {
      String value = value(name);
      return value.isEmpty() ? value(otherwise) : value;
    }

    private String value(String name) {
      return environment.getOrDefault(name, "").strip();
    }
  }
}
