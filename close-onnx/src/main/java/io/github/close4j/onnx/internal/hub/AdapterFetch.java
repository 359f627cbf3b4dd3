package io.github.close4j.onnx.internal.hub;

import io.github.close4j.UnusableFileException;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.onnx.internal.checkpoint.ReferenceAdapter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** An adapter that CLOSE's authors fitted, from their bucket. */
public final class AdapterFetch {
  private final HubOptions options;
  private final String title;

  /** One of the authors' adapters by the name that they gave it. */
  public AdapterFetch(HubOptions options, String title) {
    this.options = options;
    this.title = title;
  }

  /** A linear map. */
  public ModalityAdapter linear() {
    return fetched(List.of(title), files -> ReferenceAdapter.linear(files.get(0)));
  }

  /** A shift by the mean difference. */
  public ModalityAdapter meanShift() {
    return fetched(List.of(title), files -> ReferenceAdapter.meanShift(files.get(0)));
  }

  /** Noise of the differences' covariance, which needs their mean too. */
  public ModalityAdapter covarianceNoise() {
    return fetched(
        List.of(title.replace("-cov-diff", "-mean-diff"), title),
        files -> ReferenceAdapter.covarianceNoise(files.get(0), files.get(1)));
  }

  private ModalityAdapter fetched(
      List<String> names, Function<List<Path>, ModalityAdapter> reader) {
    List<String> files = names.stream().map(name -> "adapters/" + name + ".pkl").toList();
    Path folder =
        new HubFiles(options)
            .guarded(
                () -> {
                  Snapshot snapshot = BucketDownload.of(options);
                  for (String file : files) {
                    snapshot.require(file);
                  }
                  requireAll(snapshot);
                  DiskSpace space = new DiskSpace();
                  snapshot.addTo(space);
                  space.require();
                  return snapshot.finish();
                });
    return reader.apply(files.stream().map(folder::resolve).toList());
  }

  private void requireAll(Snapshot snapshot) {
    if (!snapshot.missing().isEmpty()) {
      throw new UnusableFileException(
          options.cache(),
          "expected all files of %s, as the network is switched off; missing are %s. Where there is a network, 'close fetch adapter %s --cache %s --output FILE' fetches them"
              .formatted(title, String.join(", ", snapshot.missing()), title, options.cache()));
    }
  }
}
