package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ten thousand seeded damages of configurations: each is refused with our exception, or changes
 * nothing that the weights contradict. Nothing else is thrown, and the heap of the tests bounds
 * what a damaged number may allocate.
 */
final class DamagedConfigurationsTest {
  private static final int DAMAGES = 2500;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "clip-gelu, config.json",
    "clip-gelu, preprocessor_config.json",
    "t5-v11, config.json",
    "t5-v11, model.safetensors.index.json"
  })
  void aDamagedConfigurationIsRefusedOrHarmless(String name, String file) throws IOException {
    Path checkpoint = Checkpoints.copy(name, directory);
    Consumer<Path> open = name.startsWith("clip") ? ClipCheckpoint::open : T5Checkpoint::open;
    byte[] original = Files.readAllBytes(checkpoint.resolve(file));
    Mutation mutation = new Mutation(20261125);
    int refused = 0;
    for (int i = 0; i < DAMAGES; i++) {
      Files.write(checkpoint.resolve(file), mutation.apply(original, 0, original.length));
      try {
        open.accept(checkpoint);
      } catch (UnusableFileException e) {
        refused++;
      }
    }
    assertTrue(refused > DAMAGES / 2, refused + " refused");
  }

  @ParameterizedTest
  @CsvSource({
    "clip-gelu, num_hidden_layers, 2",
    "clip-gelu, vocab_size, 64",
    "clip-gelu, patch_size, 8",
    "t5-v11, num_layers, 2",
    "t5-v11, num_decoder_layers, 3",
    "t5-v11, d_kv, 8",
    "t5-v11, d_ff, 40",
    "t5-v11, relative_attention_max_distance, 24"
  })
  void aHugeNumberTakesNeitherMemoryNorTime(String name, String setting, int value)
      throws IOException {
    Path checkpoint = Checkpoints.copy(name, directory);
    Path config = checkpoint.resolve("config.json");
    String stated = "\"" + setting + "\": " + value;
    String json = Files.readString(config);
    assertTrue(json.contains(stated), stated);
    Files.writeString(config, json.replace(stated, "\"" + setting + "\": 2000000000"));
    Consumer<Path> open = name.startsWith("clip") ? ClipCheckpoint::open : T5Checkpoint::open;
    assertThrows(UnusableFileException.class, () -> open.accept(checkpoint));
  }

  @Test
  void theUndamagedOnesOpen() {
    ClipCheckpoint.open(Checkpoints.path("clip-gelu"));
    T5Checkpoint.open(Checkpoints.path("t5-v11"));
  }
}
