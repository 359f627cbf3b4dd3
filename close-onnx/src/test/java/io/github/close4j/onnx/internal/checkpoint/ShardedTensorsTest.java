package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShardedTensorsTest {
  @TempDir private Path directory;

  @Test
  void shardsAreFoundThroughTheirIndex() throws IOException {
    writeShard("one.safetensors", "a", 1);
    writeShard("two.safetensors", "b", 2);
    Path index = writeIndex("{'a':'one.safetensors','b':'two.safetensors'}");
    TensorSource read = WeightFiles.open(index);
    assertEquals(Set.of("a", "b"), read.names());
    assertArrayEquals(new float[] {1}, read.tensor("a").toFloatArray());
    assertArrayEquals(new float[] {2}, read.tensor("b").toFloatArray());
    assertThrows(UnusableFileException.class, () -> read.tensor("c"));
    TensorSource selected = read.select(Map.of("x", "b"));
    assertEquals(Set.of("x"), selected.names());
    assertArrayEquals(new float[] {2}, selected.tensor("x").toFloatArray());
    assertThrows(UnusableFileException.class, () -> selected.tensor("b"));
    assertThrows(UnusableFileException.class, () -> read.select(Map.of("x", "c")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':'../one.safetensors'}|beside the index",
        "{'a':'/etc/one.safetensors'}|beside the index",
        "{'a':'sub/one.safetensors'}|beside the index",
        "{'a':'sub\\\\one.safetensors'}|beside the index",
        "{'a':'C:one.safetensors'}|beside the index",
        "{'a':'..'}|beside the index",
        "{'a':''}|beside the index",
        "{'a':7}|weight_map.a: expected text, found 7",
        "{'a':'model.safetensors.index.json'}|beside the index",
        "{'a':'none.safetensors'}|found no file",
        "{'b':'one.safetensors'}|expected a tensor 'b'",
        "7|weight_map: expected an object",
      })
  void anIndexThatLeadsElsewhereIsRefused(String map, String expected) throws IOException {
    writeShard("one.safetensors", "a", 1);
    Path index = writeIndex(map);
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> WeightFiles.open(index));
    assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
  }

  private void writeShard(String name, String tensor, float value) {
    new Safetensors.Writer(DataType.F32)
        .add(tensor, new float[] {value}, 1)
        .write(directory.resolve(name));
  }

  private Path writeIndex(String map) throws IOException {
    String json = "{\"metadata\":{},\"weight_map\":" + map.replace('\'', '"') + "}";
    return Files.writeString(directory.resolve("model.safetensors.index.json"), json);
  }
}
