package io.github.close4j.onnx.internal.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@link HubOptions} from environment variables. */
final class HubEnvironment {
  private final Map<String, String> environment;
  private final Path userHome;

  HubEnvironment(Map<String, String> environment, Path userHome) {
    this.environment = environment;
    this.userHome = userHome;
  }

  HubOptions options() {
    Path home = home();
    return new HubOptions(
        path("HF_HUB_CACHE", path("HUGGINGFACE_HUB_CACHE", home.resolve("hub"))),
        endpoint(),
        token(tokenFile()),
        isTrue(first("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")));
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
      return address.isEmpty() ? HubOptions.DEFAULT_ENDPOINT : URI.create(address);
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
      throw new UncheckedIOException("cannot read the token in " + file, e);
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
