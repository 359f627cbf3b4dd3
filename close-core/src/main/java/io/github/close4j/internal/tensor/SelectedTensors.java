package io.github.close4j.internal.tensor;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Tensors of another source under other names. */
final class SelectedTensors implements TensorSource {
  private final TensorSource source;
  private final Map<String, String> storedNames;

  SelectedTensors(TensorSource source, Map<String, String> storedNames) {
    this.source = source;
    this.storedNames = Collections.unmodifiableMap(new LinkedHashMap<>(storedNames));
    storedNames.values().forEach(source::require);
  }

  @Override
  public Path file() {
    return source.file();
  }

  @Override
  public Set<String> names() {
    return storedNames.keySet();
  }

  @Override
  public StoredTensor tensor(String name) {
    require(name);
    return source.tensor(storedNames.get(name));
  }
}
