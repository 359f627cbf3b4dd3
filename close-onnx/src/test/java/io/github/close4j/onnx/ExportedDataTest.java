package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.internal.checkpoint.ClipCheckpoint;
import io.github.close4j.onnx.internal.exported.ExportedGraph;
import io.github.close4j.onnx.internal.exported.ExportedParts;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.ByteArrayOutputStream;
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
    moveData("vision_model.onnx_data", 0);
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
    moveData(data.getFileName().toString(), 0);
    byte[] moved = Files.readAllBytes(data);
    Files.write(data, Arrays.copyOf(moved, moved.length - 1));
    assertRefused(vision, "of vision_model.onnx_data, found a file of");
    Files.delete(data);
    assertRefused(vision, "found no such file");
    for (String outside :
        List.of("../data", data.toAbsolutePath().getRoot() + "data", "a/../../b")) {
      Files.write(vision, whole);
      Files.write(temporary.resolve("data"), moved);
      Files.write(temporary.resolve("b"), moved);
      setLocation(outside);
      assertRefused(vision, "in its directory");
    }
    Files.write(vision, whole);
    Files.createSymbolicLink(data, temporary.resolve("data"));
    setLocation(data.getFileName().toString());
    assertRefused(vision, "a link that leaves it");
    Files.delete(data);
    Files.write(vision, whole);
    moveData(data.getFileName().toString(), 1L << 40);
    assertRefused(vision, "expected");
    Files.write(vision, whole);
    moveData(data.getFileName().toString(), -8);
    assertRefused(vision, "offset of external data");
  }

  /** Puts the tensors' data into a file beside the graph, as large exports have it. */
  private void moveData(String location, long shift) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    change(
        vision,
        model -> {
          for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            byte[] bytes = tensor.getRawData().toByteArray();
            external(tensor, location, data.size() + shift, bytes.length);
            data.writeBytes(bytes);
          }
        });
    Files.write(clip.resolve(location), data.toByteArray());
  }

  private void setLocation(String location) throws IOException {
    change(
        vision,
        model -> {
          for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            external(tensor, location, 0, tensor.getRawData().size());
          }
        });
  }

  private static void external(TensorProto.Builder tensor, String location, long at, long length) {
    tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
    tensor.addExternalData(entry("location", location));
    tensor.addExternalData(entry("offset", Long.toString(at)));
    tensor.addExternalData(entry("length", Long.toString(length)));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
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
    change(file, change);
    assertRefused(file, reason);
    Files.write(file, original);
  }

  private static void change(Path file, Consumer<ModelProto.Builder> change) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    change.accept(model);
    Files.write(file, model.build().toByteArray());
  }
}
