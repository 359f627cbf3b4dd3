package io.github.close4j.onnx.internal.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.JsonFile;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.internal.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Weights in several files under one index, as Hugging Face writes models of more than one shard:
 * {@code model.safetensors.index.json}, whose {@code weight_map} names the file of each tensor.
 *
 * <p>The files must stand beside the index; a name that leads elsewhere is refused.
 */
public final class ShardedTensors implements TensorSource {
  static final String INDEX_SUFFIX = ".index.json";

  private static final String WEIGHT_MAP = "weight_map";

  private final Path index;
  private final Map<String, TensorSource> shardOfTensor;

  private ShardedTensors(Path index, Map<String, TensorSource> shardOfTensor) {
    this.index = index;
    this.shardOfTensor = Collections.unmodifiableMap(shardOfTensor);
  }

  /**
   * Opens an index and all files that it names.
   *
   * @param index the index
   * @return the tensors of all files
   * @throws UnusableFileException if the index is malformed, names a file that is not beside it, or
   *     a tensor is not where the index says
   */
  public static ShardedTensors open(Path index) {
    JsonElement map = read(index).get(WEIGHT_MAP);
    if (map == null || !map.isJsonObject()) {
      throw new UnusableFileException(index, WEIGHT_MAP + ": expected an object, found " + map);
    }
    return new ShardedTensors(index, locate(index, map.getAsJsonObject()));
  }

  private static JsonObject read(Path index) {
    try {
      return JsonFile.read(index);
    } catch (IOException e) {
      throw new UnusableFileException(index, e.getMessage(), e);
    }
  }

  private static Map<String, TensorSource> locate(Path index, JsonObject weightMap) {
    Map<String, TensorSource> shards = new LinkedHashMap<>();
    Map<String, TensorSource> shardOfTensor = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : weightMap.entrySet()) {
      String file = fileName(index, entry.getKey(), entry.getValue());
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

  private static String fileName(Path index, String tensor, JsonElement value) {
    String name =
        value.isJsonPrimitive() && value.getAsJsonPrimitive().isString() ? value.getAsString() : "";
    // Letters, digits and a few marks: no separator of any system, no drive, no zero byte.
    boolean isPlain = name.matches("[\\w-][\\w.-]*\\.(safetensors|bin)");
    if (!isPlain) {
      throw new UnusableFileException(
          index,
          "%s '%s': expected the name of a .safetensors or .bin file beside the index, found %s"
              .formatted(WEIGHT_MAP, tensor, value));
    }
    return name;
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
    return shardOfTensor.get(name).tensor(name);
  }
}
