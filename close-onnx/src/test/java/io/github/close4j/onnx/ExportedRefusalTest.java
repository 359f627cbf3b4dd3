package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.close4j.onnx.checkpoint.ClipCheckpoint;
import io.github.close4j.onnx.internal.exported.ExportedDecoders;
import io.github.close4j.onnx.internal.exported.ExportedGraph;
import io.github.close4j.onnx.internal.exported.ExportedTowers;
import io.github.close4j.onnx.internal.exported.ExportedWeights;
import io.github.close4j.onnx.internal.graph.StandaloneGraph;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.model.ModelDirectory;
import io.github.close4j.onnx.weights.ModelFileException;
import io.github.close4j.onnx.weights.Mutation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported files that are not what they should be are refused by name, with what is wrong. */
class ExportedRefusalTest {
  private static final int DAMAGES = 3000;
  private static final int TRIED_DAMAGES = 20;

  /** Nodes come before tensors in these files. */
  private static final int NODES = 25_000;

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
    ModelFileException refused = assertThrows(ModelFileException.class, this::convert);
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
    assertEquals(file, assertThrows(ModelFileException.class, this::convert).file());
    Files.write(file, whole);
    change(
        file,
        model ->
            model.getGraphBuilder().getInputBuilderList().stream()
                .filter(input -> input.getName().equals("input_ids"))
                .forEach(input -> input.setName("ids")));
    ModelFileException refused = assertThrows(ModelFileException.class, this::convert);
    assertEquals(file, refused.file());
    assertTrue(refused.getMessage().contains("input_ids"), refused.getMessage());
    Files.delete(file);
    refused = assertThrows(ModelFileException.class, this::convert);
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
    ModelFileException refused = assertThrows(ModelFileException.class, this::convert);
    assertEquals(encoder, refused.file());
    assertTrue(refused.getMessage().contains("one lookup of 'input_ids'"), refused.getMessage());
  }

  @Test
  void aMergedDecoderWithoutItsForkIsRefused() throws IOException {
    t5 = ExportedModels.t5(temporary, "t5-merged");
    Path merged = t5.resolve("decoder_model_merged.onnx");
    change(merged, model -> model.getGraphBuilder().getNodeBuilder(0).setInput(0, "input_ids"));
    ModelFileException refused = assertThrows(ModelFileException.class, this::convert);
    assertEquals(merged, refused.file());
    assertTrue(refused.getMessage().contains("use_cache_branch"), refused.getMessage());
  }

  // Data in other files ---------------------------------------------------------------------------

  @Test
  void dataBesideTheGraphIsRead() throws IOException {
    List<float[]> expected = vectors();
    moveData("vision_model.onnx_data", 0);
    List<float[]> found = vectors();
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(Arrays.equals(expected.get(i), found.get(i)), "tensor " + i);
    }
    assertTrue(Files.exists(convert().file(ModelDirectory.CLIP_VISION_GRAPH)));
  }

  private List<float[]> vectors() {
    ExportedGraph graph = ExportedTowers.read(List.of(vision)).get(0);
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

  // Damage ----------------------------------------------------------------------------------------

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
              ? ExportedTowers.read(List.of(file)).get(0)
              : name.contains("encoder")
                  ? ExportedDecoders.encoder(file)
                  : ExportedDecoders.pair(
                          file, ExportedModels.path("t5-pair/decoder_with_past_model.onnx"), 2)
                      .get(0);
      ExportedWeights weights = new ExportedWeights(List.of(graph));
      WeightBank bank = new WeightBank().add("", weights);
      StandaloneGraph.of(weights.graphs().get(0), "", bank);
      return false;
    } catch (ModelFileException e) {
      assertEquals(file, e.file());
      return true;
    }
  }

  /** All the way through ONNX Runtime: what our own checks let through, it refuses or runs. */
  @Test
  void aDamagedGraphIsRefusedOrRuns() throws IOException {
    byte[] original = Files.readAllBytes(vision);
    Mutation mutation = new Mutation(8);
    int tried = 0;
    for (int i = 0; tried < TRIED_DAMAGES; i++) {
      Files.write(vision, mutation.apply(original, 200, NODES));
      if (!isRefused("vision", vision)) {
        tried++;
        try {
          t5 = ExportedModels.t5(temporary, "t5-pair");
          convert();
        } catch (ModelFileException e) {
          assertEquals(vision, e.file(), "damage " + i);
        }
        delete(output());
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

  // -----------------------------------------------------------------------------------------------

  private Path output() {
    return temporary.resolve("model-clip-" + t5.getFileName() + "-projection");
  }

  private ModelDirectory convert() {
    return ExportedModels.convert(temporary, "clip", t5.getFileName().toString(), "projection");
  }

  private void assertRefused(Path file, String reason) {
    ModelFileException refused =
        assertThrows(ModelFileException.class, () -> ClipCheckpoint.openExported(clip));
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
