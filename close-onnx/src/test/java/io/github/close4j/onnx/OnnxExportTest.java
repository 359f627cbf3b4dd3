package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.internal.graph.OnnxExport;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported files read as any other program would, with nothing of ours. */
class OnnxExportTest {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  @TempDir Path temporary;
  private Path directory;
  private Path folder;
  private OnnxExport export;

  @BeforeEach
  void open() throws IOException {
    directory = TinyModel.write(temporary, TinyModel.PROJECTION);
    folder = Files.createDirectory(temporary.resolve("exported"));
    export = OnnxExport.of(directory, Precision.FLOAT32);
  }

  @Test
  void vectorCaptionerSaysWhatTheGoldenFilesSay() throws OrtException, IOException {
    assertSaysWhatTheGoldenFilesSay(export);
  }

  @Test
  void aModelOfExportedGraphsIsWrittenWhole() throws OrtException, IOException {
    ModelFolder model = ExportedModels.convert(temporary, "clip", "t5-merged", "projection-text");
    Path source = model.file(ModelFolder.T5_WEIGHTS).getParent();
    assertSaysWhatTheGoldenFilesSay(OnnxExport.of(source, Precision.FLOAT32));
  }

  private void assertSaysWhatTheGoldenFilesSay(OnnxExport export) throws OrtException, IOException {
    GoldenCaptions.Case golden =
        GoldenCaptions.read().stream()
            .filter(c -> c.kind().equals("projection-text") && c.rule().equals("normalized-0.6"))
            .filter(c -> c.maxNewTokens() == 12 && c.minNewTokens() > 0)
            .findFirst()
            .orElseThrow();
    Path file = folder.resolve("captioner.onnx");
    export.vectorCaptioner(file, true, golden.decoding());
    assertEquals(List.of(file, folder.resolve("captioner.onnx.data")), list(folder));

    Safetensors cases = TinyModel.golden(temporary, "t5-cases.safetensors");
    int count = golden.items().size();
    long columns = cases.tensor("text").shape()[1];
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put("vectors", floats(cases.tensor("vectors").toFloatArray(), count, 64));
    inputs.put("text", longs(TinyModel.longs(cases.tensor("text")), count, columns));
    inputs.put("text_mask", longs(TinyModel.longs(cases.tensor("text_mask")), count, columns));
    inputs.put("max_new_tokens", longs(new long[] {12}));
    inputs.put("min_new_tokens", longs(new long[] {golden.minNewTokens()}));
    inputs.put("length_penalty", floats(new float[] {0.6f}));
    try (OrtSession session = environment.createSession(file.toString());
        OrtSession.Result result = session.run(inputs)) {
      long[][][] tokens = (long[][][]) result.get("tokens").orElseThrow().getValue();
      for (int item = 0; item < count; item++) {
        for (int beam = 0; beam < 5; beam++) {
          List<Long> expected = golden.items().get(item).get(beam).ids();
          List<Long> found = new ArrayList<>();
          for (int i = 0; i < expected.size(); i++) {
            found.add(tokens[item][beam][i]);
          }
          assertEquals(expected, found, "input " + item + ", hypothesis " + beam);
        }
      }
    }
    inputs.values().forEach(OnnxTensor::close);
  }

  @Test
  void clipTowersGiveTheGoldenVectors() throws OrtException {
    Safetensors cases = TinyModel.golden(temporary, "clip-cases.safetensors");
    export.clipImages(folder.resolve("vision.onnx"));
    export.clipTexts(folder.resolve("text.onnx"));
    OnnxTensor pixels = floats(cases.tensor("pixels").toFloatArray(), 8, 3, 32, 32);
    OnnxTensor ids = longs(TinyModel.longs(cases.tensor("text_ids")), 8, 16);
    assertArrayEquals(
        cases.tensor("quick_gelu.image").toFloatArray(),
        features("vision.onnx", Map.of("pixels", pixels)),
        1e-4f);
    assertArrayEquals(
        cases.tensor("quick_gelu.text").toFloatArray(),
        features("text.onnx", Map.of("ids", ids)),
        1e-4f);
  }

  @Test
  void pictureCaptionerOpens() throws OrtException {
    Path file = folder.resolve("pictures.onnx");
    export.pictureCaptioner(file, false, Decoding.beam(5));
    try (OrtSession session = environment.createSession(file.toString())) {
      assertEquals(java.util.Set.of("pixels", "max_new_tokens"), session.getInputNames());
    }
  }

  @Test
  void failureLeavesNothingBehind() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThrows(UncheckedIOException.class, () -> export.clipTexts(file.resolve("text.onnx")));
    assertThrows(
        IllegalArgumentException.class,
        () -> export.vectorCaptioner(folder.resolve("wide.onnx"), false, Decoding.beam(61)));
    assertEquals(List.of(file), list(folder));
  }

  /** A directory where the graph, or its weights, are to go makes that rename fail. */
  @ParameterizedTest
  @ValueSource(strings = {"", ".data"})
  void aRenameThatFailsLeavesNeitherFile(String suffix) throws IOException {
    Path blocking = Files.createDirectory(folder.resolve("blocked.onnx" + suffix));
    Path target = folder.resolve("blocked.onnx");
    assertThrows(UncheckedIOException.class, () -> export.clipTexts(target));
    assertEquals(List.of(blocking), list(folder));
    Files.createFile(blocking.resolve("inside"));
    assertThrows(UncheckedIOException.class, () -> export.clipTexts(target));
    assertEquals(List.of(blocking), list(folder));
    assertEquals(List.of(blocking.resolve("inside")), list(blocking));
  }

  @Test
  void aRenameThatFailsLeavesTheWeightsThatWereThere() throws IOException {
    Path blocking = Files.createDirectory(folder.resolve("blocked.onnx"));
    Path data = Files.writeString(folder.resolve("blocked.onnx.data"), "before");
    assertThrows(UncheckedIOException.class, () -> export.clipTexts(blocking));
    assertEquals(List.of(blocking, data), list(folder));
    assertEquals("before", Files.readString(data));
  }

  @Test
  void anotherExportReplacesBothFiles() throws IOException {
    Path file = folder.resolve("text.onnx");
    export.clipTexts(file);
    byte[] graph = Files.readAllBytes(file);
    byte[] data = Files.readAllBytes(folder.resolve("text.onnx.data"));
    Files.writeString(file, "other");
    Files.writeString(folder.resolve("text.onnx.data"), "other");
    export.clipTexts(file);
    assertArrayEquals(graph, Files.readAllBytes(file));
    assertArrayEquals(data, Files.readAllBytes(folder.resolve("text.onnx.data")));
    assertEquals(List.of(file, folder.resolve("text.onnx.data")), list(folder));
  }

  private float[] features(String name, Map<String, OnnxTensor> inputs) throws OrtException {
    try (OrtSession session = environment.createSession(folder.resolve(name).toString());
        OrtSession.Result result = session.run(inputs)) {
      OnnxTensor features = (OnnxTensor) result.get("features").orElseThrow();
      float[] values = new float[(int) features.getInfo().getNumElements()];
      features.getFloatBuffer().get(values);
      return values;
    }
  }

  private OnnxTensor floats(float[] values, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
  }

  private OnnxTensor longs(long[] values, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
