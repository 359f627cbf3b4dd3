package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.UsableFile;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.internal.tensor.TensorSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Files of weights in any of the forms that models are published in. */
public final class WeightFiles {
  /** How the name of an index of shards ends. */
  public static final String INDEX_SUFFIX = ".index.json";

  private WeightFiles() {}

  /**
   * Opens a file of weights by its name: an index of shards ({@code *.index.json}), a PyTorch zip
   * ({@code *.bin}, {@code *.pth}, {@code *.pt}), else a safetensors file.
   *
   * @param file the file
   * @return its tensors
   * @throws UnusableFileException if the file is missing or not sound
   */
  public static TensorSource open(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(INDEX_SUFFIX)) {
      return Shards.open(file);
    }
    boolean isPytorch = name.endsWith(".bin") || name.endsWith(".pth") || name.endsWith(".pt");
    return isPytorch ? PytorchFile.open(file) : Safetensors.open(file);
  }

  /**
   * Weights in several files under one index, as Hugging Face writes models of more than one shard:
   * {@code model.safetensors.index.json}, whose {@code weight_map} names the file of each tensor.
   *
   * <p>The files must stand beside the index; a name that leads elsewhere is refused.
   */
  private static final class Shards implements TensorSource {
    private static final String WEIGHT_MAP = "weight_map";

    private final Path index;
    private final Map<String, TensorSource> shardOfTensor;

    private Shards(Path index, Map<String, TensorSource> shardOfTensor) {
      this.index = index;
      this.shardOfTensor = Collections.unmodifiableMap(shardOfTensor);
    }

    /**
     * Opens an index and all files that it names.
     *
     * @param index the index
     * @return the tensors of all files
     * @throws UnusableFileException if the index is malformed, names a file that is not beside it,
     *     or a tensor is not where the index says
     */
    static Shards open(Path index) {
      Map<String, String> weightMap = Json.read(index).textsByName(WEIGHT_MAP);
      weightMap.forEach((tensor, file) -> requirePlain(index, tensor, file));
      requireAll(index, new TreeSet<>(weightMap.values()));
      return new Shards(index, locate(index, weightMap));
    }

    /** A download that was cut off lacks some; which ones is told at once. */
    private static void requireAll(Path index, Set<String> shards) {
      List<String> missing =
          shards.stream().filter(shard -> !Files.exists(index.resolveSibling(shard))).toList();
      if (!missing.isEmpty()) {
        throw new UnusableFileException(
            index,
            "expected %d shards beside it, found %s for %s"
                .formatted(
                    shards.size(), UsableFile.at(index.resolveSibling(missing.get(0))), missing));
      }
    }

    private static Map<String, TensorSource> locate(Path index, Map<String, String> weightMap) {
      Map<String, TensorSource> shards = new LinkedHashMap<>();
      Map<String, TensorSource> shardOfTensor = new LinkedHashMap<>();
      for (Map.Entry<String, String> entry : weightMap.entrySet()) {
        String file = entry.getValue();
        TensorSource shard =
            shards.computeIfAbsent(file, name -> WeightFiles.open(index.resolveSibling(name)));
        shard.require(entry.getKey());
        shardOfTensor.put(entry.getKey(), shard);
      }
      requireOnce(index, shards);
      return shardOfTensor;
    }

    /** Two tensors of one name: which one counts would be chance. */
    private static void requireOnce(Path index, Map<String, TensorSource> shards) {
      Map<String, String> fileOfTensor = new HashMap<>();
      shards.forEach(
          (file, shard) -> {
            for (String tensor : shard.names()) {
              String other = fileOfTensor.putIfAbsent(tensor, file);
              if (other != null) {
                throw new UnusableFileException(
                    index,
                    "tensor '%s': expected it in one file, found it in %s and %s"
                        .formatted(tensor, other, file));
              }
            }
          });
    }

    /** Letters, digits and a few marks: no separator of any system, no drive, no zero byte. */
    private static void requirePlain(Path index, String tensor, String file) {
      if (!file.matches("[\\w-][\\w.-]*\\.(safetensors|bin)")) {
        throw new UnusableFileException(
            index,
            "%s '%s': expected the name of a .safetensors or .bin file beside the index, found %s"
                .formatted(WEIGHT_MAP, tensor, file));
      }
    }

    @Override
    public Path file() {
      return index;
    }

    @Override
    public Set<String> names() {
      return shardOfTensor.keySet();
    }

    @Override
    public StoredTensor tensor(String name) {
      require(name);
      return Objects.requireNonNull(shardOfTensor.get(name), name).tensor(name);
    }
  }
}
