package io.github.close4j.onnx.internal.hub;

import java.net.URI;
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
   * What Python's {@code huggingface_hub} would use on this machine; see {@link
   * #fromEnvironment(Map)}.
   *
   * @return the options
   * @throws IllegalArgumentException if a variable has no sense
   * @throws java.io.UncheckedIOException if there is a token's file that cannot be read
   */
  public static HubOptions fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  /**
   * What Python's {@code huggingface_hub} would use under an environment.
   *
   * <ul>
   *   <li>The cache: {@code HF_HUB_CACHE}, else {@code HUGGINGFACE_HUB_CACHE}, else {@code hub} in
   *       {@code HF_HOME}, which without a value is {@code huggingface} in {@code XDG_CACHE_HOME}
   *       or {@code ~/.cache}.
   *   <li>The address: {@code HF_ENDPOINT}.
   *   <li>The token: {@code HF_TOKEN}, else {@code HUGGING_FACE_HUB_TOKEN}, else what is in the
   *       file {@code HF_TOKEN_PATH}, else in {@code token} of {@code HF_HOME}; none under {@code
   *       HF_HUB_DISABLE_IMPLICIT_TOKEN}.
   *   <li>No network: {@code HF_HUB_OFFLINE}, or without it {@code TRANSFORMERS_OFFLINE}; 1, ON,
   *       YES or TRUE.
   * </ul>
   *
   * <p>In paths, {@code ~} in front is the home of the user; other variables in them are not
   * replaced, which Python's library does.
   *
   * <p>Source: {@code constants.py} and {@code utils/_auth.py} of huggingface_hub 2.4.
   *
   * @param environment variables by name; an empty one counts as missing
   * @return the options
   * @throws IllegalArgumentException if a variable has no sense
   * @throws java.io.UncheckedIOException if there is a token's file that cannot be read
   */
  public static HubOptions fromEnvironment(Map<String, String> environment) {
    return new HubEnvironment(environment, Path.of(System.getProperty("user.home"))).options();
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
