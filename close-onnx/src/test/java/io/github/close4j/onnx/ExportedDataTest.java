package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.internal.checkpoint.ClipCheckpoint;
import io.github.close4j.onnx.internal.exported.ExportedGraph;
import io.github.close4j.onnx.internal.exported.ExportedParts;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tensors of exported graphs in the graph's file and in others. */
class ExportedDataTest {
  @TempDir Path temporary;
  private Path clip;
  private Path vision;

  @BeforeEach
  void copy() {
    clip = ExportedModels.clip(temporary, "clip");
    vision = clip.resolve("vision_model.onnx");
  }

  @Test
  void dataBesideTheGraphIsRead() throws IOException {
    List<float[]> expected = vectors();
    ExternalData.moveOut(vision, "vision_model.onnx_data", 0);
    List<float[]> found = vectors();
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(Arrays.equals(expected.get(i), found.get(i)), "tensor " + i);
    }
    assertTrue(
        Files.exists(
            ExportedModels.convert(temporary, "clip", "t5-pair", "projection")
                .file(ModelFolder.CLIP_VISION_GRAPH)));
  }

  private List<float[]> vectors() {
    ExportedGraph graph = ExportedParts.towers(List.of(vision)).get(0);
    return graph.weights().keySet().stream().map(n -> graph.tensor(n).toFloatArray()).toList();
  }

  @Test
  void dataThatIsMissingOrShortOrElsewhereIsRefused() throws IOException {
    Path data = clip.resolve("vision_model.onnx_data");
    byte[] whole = Files.readAllBytes(vision);
    ExternalData.moveOut(vision, data.getFileName().toString(), 0);
    byte[] moved = Files.readAllBytes(data);
    Files.write(data, Arrays.copyOf(moved, moved.length - 1));
    assertRefused(vision, "of vision_model.onnx_data, found a file of");
    Files.delete(data);
    assertRefused(vision, "expected external data in 'vision_model.onnx_data', found no file");
    for (String outside :
        List.of("../data", data.toAbsolutePath().getRoot() + "data", "a/../../b")) {
      Files.write(vision, whole);
      Files.write(temporary.resolve("data"), moved);
      Files.write(temporary.resolve("b"), moved);
      setLocation(outside);
      assertRefused(vision, "in its directory");
    }
    Files.write(vision, whole);
    ExternalData.moveOut(vision, data.getFileName().toString(), 1L << 40);
    assertRefused(vision, "expected");
    Files.write(vision, whole);
    ExternalData.moveOut(vision, data.getFileName().toString(), -8);
    assertRefused(vision, "offset of external data");
  }

  private void setLocation(String location) throws IOException {
    ExternalData.change(
        vision,
        model -> {
          for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            ExternalData.declare(tensor, location, 0, tensor.getRawData().size());
          }
        });
  }

  @Test
  void tensorsWithTooFewBytesAreRefused() throws IOException {
    assertRefused(
        vision,
        "bytes of data, found",
        model -> {
          TensorProto.Builder tensor =
              model.getGraphBuilder().getInitializerBuilderList().stream()
                  .filter(t -> t.getRawData().size() > 1000)
                  .findFirst()
                  .orElseThrow();
          tensor.setRawData(tensor.getRawData().substring(4));
        });
  }

  private void assertRefused(Path file, String reason) {
    UnusableFileException refused =
        assertThrows(UnusableFileException.class, () -> ClipCheckpoint.openExported(clip));
    assertEquals(file, refused.file());
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  private void assertRefused(Path file, String reason, Consumer<ModelProto.Builder> change)
      throws IOException {
    byte[] original = Files.readAllBytes(file);
    ExternalData.change(file, change);
    assertRefused(file, reason);
    Files.write(file, original);
  }
}
