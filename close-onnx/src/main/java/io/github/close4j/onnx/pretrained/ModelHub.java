package io.github.close4j.onnx.pretrained;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.onnx.internal.hub.HubFiles;
import io.github.close4j.onnx.internal.hub.HubOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ObjDoubleConsumer;

/**
 * Finds pretrained models on this machine: in a directory, or in the cache that Python's {@code
 * huggingface_hub} fills and reads. {@link #download(String) download} uses the network, as {@link
 * PretrainedCaptioner} and {@link PretrainedAdapter} do, and nothing else; what it fetches goes
 * into that cache, so Python finds it too. Immutable and thread-safe.
 *
 * <pre>{@code
 * Path clip = ModelHub.fromEnvironment().download("openai/clip-vit-large-patch14");
 * }</pre>
 */
@CheckReturnValue
public final class ModelHub {
  private static final String MAIN = "main";

  private final HubOptions options;

  private ModelHub(HubOptions options) {
    this.options = options;
  }

  /**
   * What Python's {@code huggingface_hub} would use on this machine.
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
   * @return the hub
   * @throws IllegalArgumentException if a variable has no sense
   * @throws java.io.UncheckedIOException if there is a token's file that cannot be read
   */
  public static ModelHub fromEnvironment() {
    return new ModelHub(HubOptions.fromEnvironment(System.getenv()));
  }

  /**
   * A cache in a folder of one's own, and the Hugging Face hub without a token.
   *
   * @param cache the folder that holds {@code models--owner--name} folders; made if it is missing
   * @return the hub
   */
  public static ModelHub in(Path cache) {
    return new ModelHub(HubOptions.of(cache));
  }

  /**
   * The same at another address.
   *
   * @param address the hub's address, http or https
   * @return a new hub
   * @throws IllegalArgumentException if it is no such address
   */
  public ModelHub endpoint(URI address) {
    return new ModelHub(options.withEndpoint(address));
  }

  /**
   * The same with the files of the paper's authors, which {@link PretrainedCaptioner} and {@link
   * PretrainedAdapter} fetch, at another address: a mirror of their bucket.
   *
   * @param address what stands before {@code /models} and {@code /adapters}, http or https
   * @return a new hub
   * @throws IllegalArgumentException if it is no such address
   */
  public ModelHub authorsFiles(URI address) {
    return new ModelHub(options.withBucket(address));
  }

  /**
   * The same with another cache.
   *
   * @param folder the folder that holds {@code models--owner--name} folders; made if it is missing
   * @return a new hub
   */
  public ModelHub cache(Path folder) {
    return new ModelHub(options.withCache(folder));
  }

  /**
   * The same with an access token, which is sent to the hub's host alone.
   *
   * @param token the token
   * @return a new hub
   */
  public ModelHub token(String token) {
    return new ModelHub(options.withToken(token));
  }

  /**
   * The same with the network switched off or on.
   *
   * @param isOffline whether the network must not be used
   * @return a new hub
   */
  public ModelHub offline(boolean isOffline) {
    return new ModelHub(options.withOffline(isOffline));
  }

  /**
   * The same that tells how a download goes.
   *
   * @param progress given a file's name and the share of it that is there, above 0 to 1, that of an
   *     earlier, interrupted download included; called by one thread at a time. An exception that
   *     it throws ends the download and reaches the caller
   * @return a new hub
   */
  public ModelHub progress(ObjDoubleConsumer<String> progress) {
    return new ModelHub(options.withProgress(progress));
  }

  /**
   * Finds a model's main revision without using the network.
   *
   * @param model a directory, or {@code owner/name} of a repository in the cache
   * @return the directory that holds its files
   * @throws io.github.close4j.UnusableFileException if there is neither, or it has no {@code
   *     config.json}
   * @throws IllegalArgumentException if {@code model} is neither a path nor a repository's name
   */
  public Path find(String model) {
    return find(model, MAIN);
  }

  /**
   * Finds a model without using the network.
   *
   * @param model a directory, or {@code owner/name} of a repository in the cache
   * @param revision a branch, a tag or a commit's full hash; without effect for a directory
   * @return the directory that holds its files
   * @throws io.github.close4j.UnusableFileException if there is neither, or it has no {@code
   *     config.json}
   * @throws IllegalArgumentException if {@code model} is neither a path nor a repository's name, or
   *     {@code revision} cannot be one
   */
  public Path find(String model, String revision) {
    return new HubFiles(options).find(model, revision);
  }

  /**
   * Fetches the main revision of a CLIP or T5; see {@link #download(String, String)}.
   *
   * @param repository {@code owner/name}
   * @return the directory that holds the files
   * @throws java.io.UncheckedIOException as {@link #download(String, String)}
   * @throws io.github.close4j.UnusableFileException as {@link #download(String, String)}
   * @throws IllegalArgumentException if the name cannot be one
   */
  public Path download(String repository) {
    return download(repository, MAIN);
  }

  /**
   * Fetches a CLIP or T5: its configuration, tokenizer and preprocessing as far as it has them, and
   * its weights, safetensors first, with all shards. Files that are in the cache are not fetched
   * again. The snapshot of a commit gets its files only when all of them are there and have the
   * hashes that the hub announced; what was fetched of an interrupted download is used by the next.
   * A connection that stalls is waited for; interrupting the thread ends the download. A server
   * that is busy is asked again up to three times, after as long as it asks for. Proxies are those
   * of Java's settings, else of {@code https_proxy} and {@code no_proxy}.
   *
   * <p>What a file was when it was first fetched (commit, size and SHA-256) is kept beside it. A
   * later download compares: a file that is another one now, on the hub or in the cache, is
   * refused, and the message says what was expected, what was found and what to do.
   *
   * @param repository {@code owner/name}
   * @param revision a branch, a tag, or a commit's full hash, which alone is sure to stay the same
   * @return the directory that holds the files
   * @throws java.io.UncheckedIOException if a file cannot be fetched, is not what was announced or
   *     changed on the hub, or if the cache cannot be written or has no room; the message says in
   *     one line which
   * @throws io.github.close4j.UnusableFileException if the network is switched off and the model is
   *     not in the cache, if a file changed in the cache, or if an index of shards is not sound
   * @throws IllegalArgumentException if a name cannot be one
   * @throws java.util.concurrent.CancellationException if this thread is interrupted; it stays so
   */
  public Path download(String repository, String revision) {
    return new HubFiles(options).download(repository, revision);
  }

  /**
   * Fetches files by name, otherwise as {@link #download(String, String)}.
   *
   * @param repository {@code owner/name}
   * @param revision a branch, a tag, or a commit's full hash
   * @param files names in the repository
   * @return the directory that holds the files
   * @throws java.io.UncheckedIOException as {@link #download(String, String)}
   * @throws io.github.close4j.UnusableFileException as {@link #download(String, String)}
   * @throws IllegalArgumentException if a name cannot be one
   */
  public Path download(String repository, String revision, List<String> files) {
    return new HubFiles(options).download(repository, revision, files);
  }

  HubOptions options() {
    return options;
  }

  /** Keeps the token out of logs. */
  @Override
  public String toString() {
    return options.toString().replace("HubOptions", "ModelHub");
  }
}
