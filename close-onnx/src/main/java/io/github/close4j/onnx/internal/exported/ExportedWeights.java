package io.github.close4j.onnx.internal.exported;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.internal.tensor.TensorSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The weights of several graphs of one model under one set of names. A tensor that several of them
 * hold, as both decoders of a pair do, is there once.
 */
public final class ExportedWeights implements TensorSource {
  private final Path file;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> namesByContent = new HashMap<>();
  private final List<ExportedGraph> graphs = new ArrayList<>();

  /**
   * Collects the weights of graphs; reads all of them once.
   *
   * @param graphs the graphs, at least one
   * @throws UnusableFileException if the data of a weight is missing or has another length
   */
  public ExportedWeights(List<ExportedGraph> graphs) {
    this.file = graphs.get(0).file();
    for (ExportedGraph graph : graphs) {
      this.graphs.add(graph.named(name -> add(name, graph.tensor(name))));
    }
  }

  /** The name of the tensor's content; a new one if no other tensor has the same. */
  private String add(String name, StoredTensor tensor) {
    return namesByContent.computeIfAbsent(
        content(tensor),
        content -> {
          String free = name;
          for (int i = 1; tensors.containsKey(free); i++) {
            free = name + "." + i;
          }
          tensors.put(free, tensor);
          return free;
        });
  }

  private static String content(StoredTensor tensor) {
    Hasher hasher = Hashing.sha256().newHasher().putInt(tensor.type().ordinal());
    for (long dimension : tensor.shape()) {
      hasher.putLong(dimension);
    }
    return hasher.putBytes(tensor.bytes()).hash().toString();
  }

  /**
   * The graphs, whose weights now have these names.
   *
   * @return graphs in the order in which they were given
   */
  public List<ExportedGraph> graphs() {
    return Collections.unmodifiableList(graphs);
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new UnusableFileException(file, "expected a tensor '%s', found none".formatted(name));
    }
    return tensor;
  }
}
