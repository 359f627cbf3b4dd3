package io.github.close4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.graph.OnnxExport;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SteppedDecoderTest {
  private static final GpuOptions.Where CPU = GpuOptions.Where.CPU;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"GREEDY, FLOAT32, 1", "GREEDY, FLOAT16, 3", "BEAM, FLOAT32, 3", "BEAM, FLOAT16, 1"})
  void stepsSayWhatTheLoopSays(GpuOptions.FixedLength way, Precision precision, int batch)
      throws IOException, OrtException {
    Decoding decoding = way.decoding();
    Path model = BuiltInModel.SCENES.directory();
    Path graph = folder.resolve("captioner.onnx");
    OnnxExport.of(model, precision).vectorCaptioner(graph, false, decoding);
    int dimension = ModelFolder.open(model).config().clip().projectionDim();
    try (OrtSession inGraph = PlainSession.open(graph, CPU, null);
        SteppedDecoder stepped = SteppedDecoder.open(graph, CPU);
        ExportedInputs inputs = new ExportedInputs()) {
      float[] vectors = new BenchmarkData(dimension).unitRows(batch).values();
      inputs.floats("vectors", vectors, batch, dimension);
      inputs.decoding(decoding);
      try (OrtSession.Result expected = inGraph.run(inputs.tensors());
          OrtSession.Result found = stepped.run(inputs.tensors(), GpuOptions.TOKENS)) {
        long[][][] ids = ids(expected);
        assertArrayEquals(ids, ids(found));
        assertEquals(batch, ids.length);
        assertEquals(GpuOptions.TOKENS, ids[0][0].length);
      }
    }
  }

  private static long[][][] ids(OrtSession.Result result) throws OrtException {
    return (long[][][]) ((OnnxTensor) result.get("tokens").orElseThrow()).getValue();
  }
}
