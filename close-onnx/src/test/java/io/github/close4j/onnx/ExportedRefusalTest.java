package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.internal.checkpoint.ClipCheckpoint;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported files that are not what they should be are refused by name, with what is wrong. */
class ExportedRefusalTest {
  @TempDir Path temporary;
  private Path clip;
  private Path vision;
  private Path t5;

  @BeforeEach
  void copy() {
    clip = ExportedModels.clip(temporary, "clip");
    vision = clip.resolve("vision_model.onnx");
    t5 = ExportedModels.t5(temporary, "t5-pair");
  }

  // The file as such ----------------------------------------------------------------------------

  @Test
  void missingAndShortAndForeignFilesAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(vision);
    for (int length : new int[] {0, 1, 7, 100, 5000, 60_000, whole.length - 1}) {
      Files.write(vision, Arrays.copyOf(whole, length));
      assertRefused(vision, "");
    }
    Files.writeString(vision, "<html>404: Not Found</html>");
    assertRefused(vision, "ONNX");
    Files.delete(vision);
    assertRefused(clip, "vision_model.onnx");
  }

  @Test
  void unknownVersionsAndOperatorsAreRefused() throws IOException {
    assertRefused(vision, "opset: expected 13 to 21, found 99", model -> setOpset(model, 99));
    assertRefused(vision, "opset: expected 13 to 21, found 9", model -> setOpset(model, 9));
    assertRefused(vision, "expected one, found []", ModelProto.Builder::clearOpsetImport);
    assertRefused(vision, "IR version", model -> model.setIrVersion(99));
    assertRefused(vision, "with a graph", ModelProto.Builder::clearGraph);
    assertRefused(
        vision,
        "found domain 'com.example'",
        model -> model.getGraphBuilder().getNodeBuilder(3).setDomain("com.example"));
  }

  private static void setOpset(ModelProto.Builder model, long version) {
    model.clearOpsetImport();
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(version));
  }

  @Test
  void operatorsThatOnnxRuntimeLacksAreRefusedWhenImported() throws IOException {
    change(vision, model -> model.getGraphBuilder().getNodeBuilder(3).setOpType("Wobble"));
    UnusableFileException refused = assertThrows(UnusableFileException.class, this::convert);
    assertEquals(vision, refused.file());
    assertTrue(refused.getMessage().contains("Wobble"), refused.getMessage());
    assertFalse(Files.exists(output()));
  }

  // What it reads and computes --------------------------------------------------------------------

  @Test
  void wrongNamesRanksAndSizesAreRefused() throws IOException {
    assertRefused(
        vision,
        "expected outputs [image_embeds]",
        model -> model.getGraphBuilder().getOutputBuilder(0).setName("embeds"));
    assertRefused(vision, "pixel_values", model -> model.getGraphBuilder().removeInput(0));
    assertRefused(
        vision,
        "expected shape [?,3,32,32], found [batch_size,num_channels,height]",
        model -> shapeOf(model.getGraphBuilder().getInputBuilder(0)).removeDim(3));
    assertRefused(
        vision,
        "expected shape [?,3,32,32], found [batch_size,num_channels,224,width]",
        model ->
            shapeOf(model.getGraphBuilder().getInputBuilder(0)).getDimBuilder(2).setDimValue(224));
    assertRefused(
        vision,
        "expected shape [?,64], found [1,64]",
        model ->
            shapeOf(model.getGraphBuilder().getOutputBuilder(0)).getDimBuilder(0).setDimValue(1));
    assertRefused(
        vision,
        "expected floats of 32 or 16 bits, found INT64",
        model ->
            model
                .getGraphBuilder()
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(TensorProto.DataType.INT64_VALUE));
  }

  private static TensorShapeProto.Builder shapeOf(ValueInfoProto.Builder value) {
    return value.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
  }

  @Test
  void aSettingThatTheGraphContradictsIsRefused() throws IOException {
    Path config = clip.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config).replace("\"projection_dim\": 64", "\"projection_dim\": 32"));
    assertRefused(vision, "expected shape [?,32], found [batch_size,64]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"encoder_model.onnx", "decoder_model.onnx", "decoder_with_past_model.onnx"})
  void eachPartOfT5IsChecked(String name) throws IOException {
    Path file = t5.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertEquals(file, assertThrows(UnusableFileException.class, this::convert).file());
    Files.write(file, whole);
    change(
        file,
        model ->
            model.getGraphBuilder().getInputBuilderList().stream()
                .filter(input -> input.getName().equals("input_ids"))
                .forEach(input -> input.setName("ids")));
    UnusableFileException refused = assertThrows(UnusableFileException.class, this::convert);
    assertEquals(file, refused.file());
    assertTrue(refused.getMessage().contains("input_ids"), refused.getMessage());
    Files.delete(file);
    refused = assertThrows(UnusableFileException.class, this::convert);
    assertTrue(refused.getMessage().contains(name), refused.getMessage());
    assertFalse(Files.exists(output()));
  }

  @Test
  void anEncoderWithoutOneLookupIsRefused() throws IOException {
    Path encoder = t5.resolve("encoder_model.onnx");
    change(
        encoder,
        model ->
            model.getGraphBuilder().getNodeBuilderList().stream()
                .filter(node -> node.getOpType().equals("Gather"))
                .filter(node -> node.getInput(0).equals("embed_tokens.weight"))
                .forEach(node -> node.setOpType("GatherND")));
    UnusableFileException refused = assertThrows(UnusableFileException.class, this::convert);
    assertEquals(encoder, refused.file());
    assertTrue(refused.getMessage().contains("one lookup of 'input_ids'"), refused.getMessage());
  }

  @Test
  void aMergedDecoderWithoutItsForkIsRefused() throws IOException {
    t5 = ExportedModels.t5(temporary, "t5-merged");
    Path merged = t5.resolve("decoder_model_merged.onnx");
    change(merged, model -> model.getGraphBuilder().getNodeBuilder(0).setInput(0, "input_ids"));
    UnusableFileException refused = assertThrows(UnusableFileException.class, this::convert);
    assertEquals(merged, refused.file());
    assertTrue(refused.getMessage().contains("use_cache_branch"), refused.getMessage());
  }

  @Test
  void graphsOfAModelDirectoryAreKeptUnchanged() throws IOException {
    ModelFolder model = convert();
    Path graph = model.file(ModelFolder.T5_PAST_GRAPH);
    byte[] bytes = Files.readAllBytes(graph);
    bytes[bytes.length / 2] ^= 1;
    Files.write(graph, bytes);
    UnusableFileException refused =
        assertThrows(UnusableFileException.class, () -> Captioner.open(output()));
    assertEquals(graph, refused.file());
    assertTrue(refused.getMessage().contains("SHA-256"), refused.getMessage());
  }

  // -----------------------------------------------------------------------------------------------

  private Path output() {
    return temporary.resolve("model-clip-" + t5.getFileName() + "-projection");
  }

  private ModelFolder convert() {
    return ExportedModels.convert(temporary, "clip", t5.getFileName().toString(), "projection");
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
