package io.github.close4j.examples.cli;

import io.github.close4j.onnx.pretrained.ModelHub;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where files come from and where they are kept. */
final class HubMixin {
  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where fetched files are kept (default: the Hugging Face cache of this user).")
  private @Nullable Path cache;

  @Option(names = "--offline", description = "Use what is in the cache, and no network.")
  private boolean offline;

  @Option(
      names = "--hub",
      paramLabel = "URL",
      description = "Another Hugging Face hub (default: HF_ENDPOINT, else huggingface.co).")
  private @Nullable URI endpoint;

  @Option(
      names = "--bucket",
      paramLabel = "URL",
      description = "A mirror of the bucket of the paper's authors.")
  private @Nullable URI bucket;

  ModelHub hub(FetchProgress progress) {
    ModelHub hub = ModelHub.fromEnvironment().progress(progress);
    hub = cache == null ? hub : hub.cache(cache);
    hub = offline ? hub.offline(true) : hub;
    hub = endpoint == null ? hub : hub.endpoint(endpoint);
    return bucket == null ? hub : hub.authorsFiles(bucket);
  }
}
