package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.internal.checkpoint.Mutation;
import io.github.close4j.onnx.internal.exported.ExportedGraph;
import io.github.close4j.onnx.internal.exported.ExportedParts;
import io.github.close4j.onnx.internal.exported.ExportedWeights;
import io.github.close4j.onnx.internal.graph.TrialGraphs;
import io.github.close4j.onnx.internal.graph.WeightBank;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeded damage to the nodes of exported graphs: refused with our exception naming the file, or
 * harmless. Nothing else is thrown.
 */
class ExportedDamageTest {
  private static final int DAMAGES = 3000;
  private static final int TRIED_DAMAGES = 20;

  /** Nodes come before tensors in these files. */
  private static final int NODES = 25_000;

  @TempDir Path temporary;

  @Test
  void aDamagedGraphIsRefusedOrCanBeBuilt(TestReporter reporter) throws IOException {
    Path file = temporary.resolve("damaged.onnx");
    int refused = 0;
    for (String name :
        List.of(
            "t5-pair/encoder_model.onnx", "clip/vision_model.onnx", "t5-pair/decoder_model.onnx")) {
      byte[] original = Files.readAllBytes(ExportedModels.path(name));
      Mutation mutation = new Mutation(name.hashCode());
      for (int i = 0; i < DAMAGES / 3; i++) {
        Files.write(file, mutation.apply(original, 0, NODES));
        refused += isRefused(name, file) ? 1 : 0;
      }
    }
    reporter.publishEntry("refused of " + DAMAGES, Integer.toString(refused));
    assertTrue(refused > 0.4 * DAMAGES, refused + " refused");
  }

  private static boolean isRefused(String name, Path file) {
    try {
      ExportedGraph graph =
          name.contains("vision")
              ? ExportedParts.towers(List.of(file)).get(0)
              : name.contains("encoder")
                  ? ExportedParts.encoder(file)
                  : ExportedParts.pair(
                          file, ExportedModels.path("t5-pair/decoder_with_past_model.onnx"), 2)
                      .get(0);
      ExportedWeights weights = new ExportedWeights(List.of(graph));
      WeightBank bank = new WeightBank().add("", weights);
      TrialGraphs.whole(weights.graphs().get(0), "", bank);
      return false;
    } catch (UnusableFileException e) {
      assertEquals(file, e.file());
      return true;
    }
  }

  /** All the way through ONNX Runtime: what our own checks let through, it refuses or runs. */
  @Test
  void aDamagedGraphIsRefusedOrRuns() throws IOException {
    byte[] original = Files.readAllBytes(ExportedModels.path("clip/vision_model.onnx"));
    Path vision = ExportedModels.clip(temporary, "clip").resolve("vision_model.onnx");
    Mutation mutation = new Mutation(8);
    int tried = 0;
    for (int i = 0; tried < TRIED_DAMAGES; i++) {
      Files.write(vision, mutation.apply(original, 200, NODES));
      if (!isRefused("vision", vision)) {
        tried++;
        try {
          ExportedModels.convert(temporary, "clip", "t5-pair", "projection");
        } catch (UnusableFileException e) {
          assertEquals(vision, e.file(), "damage " + i);
        }
        delete(temporary.resolve("model-clip-t5-pair-projection"));
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : List.copyOf(files.toList())) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
