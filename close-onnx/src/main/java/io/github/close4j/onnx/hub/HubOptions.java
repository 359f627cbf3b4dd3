package io.github.close4j.onnx.hub;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where models are kept and where they come from.
 *
 * @param cache the folder that holds {@code models--owner--name} folders
 * @param endpoint the hub's address, http or https
 * @param token an access token, or null; sent to the endpoint's host alone
 * @param offline whether the network must not be used
 */
public record HubOptions(Path cache, URI endpoint, @Nullable String token, boolean offline) {
  /** The Hugging Face hub. */
  public static final URI DEFAULT_ENDPOINT = URI.create("https://huggingface.co");

  /**
   * Checks the endpoint.
   *
   * @param cache see the record
   * @param endpoint see the record
   * @param token see the record
   * @param offline see the record
   * @throws IllegalArgumentException if the endpoint is no http or https address
   */
  public HubOptions {
    String scheme = endpoint.getScheme();
    if (!"https".equals(scheme) && !"http".equals(scheme) || endpoint.getAuthority() == null) {
      throw new IllegalArgumentException(
          "endpoint: expected an http or https address, found " + endpoint);
    }
  }

  /**
   * What Python's {@code huggingface_hub} would use on this machine: {@code HF_HUB_CACHE}, {@code
   * HF_HOME}, {@code XDG_CACHE_HOME}, {@code HF_ENDPOINT}, {@code HF_TOKEN}, {@code
   * HF_HUB_OFFLINE}.
   *
   * @return the options
   * @throws IllegalArgumentException if a variable has no sense
   */
  public static HubOptions fromEnvironment() {
    return fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  static HubOptions fromEnvironment(Map<String, String> environment, Path userHome) {
    Path home =
        path(
            environment,
            "HF_HOME",
            path(environment, "XDG_CACHE_HOME", userHome.resolve(".cache")).resolve("huggingface"));
    Path cache = path(environment, "HF_HUB_CACHE", home.resolve("hub"));
    String endpoint = environment.getOrDefault("HF_ENDPOINT", "");
    String token = environment.getOrDefault("HF_TOKEN", "").strip();
    return new HubOptions(
        cache,
        endpoint.isBlank() ? DEFAULT_ENDPOINT : URI.create(endpoint.strip()),
        token.isEmpty() ? null : token,
        isTrue(environment.getOrDefault("HF_HUB_OFFLINE", "")));
  }

  private static Path path(Map<String, String> environment, String name, Path missing) {
    String value = environment.getOrDefault(name, "");
    try {
      return value.isBlank() ? missing : Path.of(value);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(name + ": expected a path, found '" + value + "'", e);
    }
  }

  /** As Python's library reads a switch. */
  private static boolean isTrue(String value) {
    return value.toUpperCase(java.util.Locale.ROOT).matches("1|ON|YES|TRUE");
  }

  /**
   * The same with the network switched off or on.
   *
   * @param isOffline whether the network must not be used
   * @return new options
   */
  public HubOptions offline(boolean isOffline) {
    return new HubOptions(cache, endpoint, token, isOffline);
  }

  /** Keeps the token out of logs. */
  @Override
  public String toString() {
    return "HubOptions[cache=%s, endpoint=%s, token=%s, offline=%s]"
        .formatted(cache, endpoint, token == null ? "none" : "***", offline);
  }
}
