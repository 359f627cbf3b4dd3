package io.github.close4j.onnx.internal.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnxruntime.OrtException;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.InferenceException;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions read weights where they lie, and never let ONNX Runtime's exceptions out. */
class SharedWeightsTest {
  /** ONNX Runtime copies what has less than 128 bytes. */
  private static final int COLUMNS = 100;

  private static final int ROWS = 3;

  @TempDir Path temporary;
  private WeightBank weights;

  @BeforeEach
  void open() {
    weights = new WeightBank().add("", TinyModel.golden(temporary, "prefix.safetensors"));
  }

  @Test
  void sessionsReadTheSameMemory() {
    FloatBuffer table = table();
    weights.derive("table", () -> new Weight(table, new long[] {ROWS, COLUMNS}));
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      assertEquals(2, row(sessions, "one", 2)[5]);
      assertEquals(0, row(sessions, "other", 0)[5]);
      // Written behind the sessions' back: both see it, so neither has a copy.
      table.put(2 * COLUMNS + 5, 44);
      assertEquals(44, row(sessions, "one", 2)[5]);
      assertEquals(44, row(sessions, "other", 2)[5]);
    }
  }

  @Test
  void failingRunsAndWrongGraphsAreOurException() {
    weights.derive("table", () -> new Weight(table(), new long[] {ROWS, COLUMNS}));
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      InferenceException run =
          assertThrows(InferenceException.class, () -> row(sessions, "one", ROWS));
      assertEquals(OrtException.class, run.getCause().getClass());
      assertThrows(
          InferenceException.class,
          () ->
              sessions
                  .get("one", this::lookup)
                  .run(Map.of("other", InputTensor.of(1L)), o -> o.floats("row")));
      InferenceException graph =
          assertThrows(
              InferenceException.class,
              () -> sessions.get("nonsense", () -> new GraphModel(new byte[] {1, 2, 3}, Map.of())));
      assertEquals(OrtException.class, graph.getCause().getClass());
      // The failures broke nothing.
      assertEquals(1, row(sessions, "one", 1)[0]);
    }
  }

  @Test
  void weightsOutliveTheirFile() throws IOException {
    Path file = temporary.resolve("weights.safetensors");
    TensorSource golden = TinyModel.golden(temporary, "prefix.safetensors");
    StoredTensor stored = golden.tensor("weight");
    new Safetensors.Writer(DataType.F32)
        .add("table", stored.toFloatArray(), stored.shape())
        .write(file);
    int columns = (int) stored.shape()[1];
    weights = new WeightBank().add("", Safetensors.open(file));
    float[] expected = TinyModel.row(stored.toFloatArray(), columns, 1);
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      assertArrayEquals(expected, row(sessions, "while it is there", 1, columns));
      Files.delete(file);
      assertArrayEquals(expected, row(sessions, "when it is gone", 1, columns));
      Files.write(file, new byte[100]);
      assertArrayEquals(expected, row(sessions, "when another is in its place", 1, columns));
      assertArrayEquals(stored.toFloatArray(), heap(weights.read("table")));
    }
  }

  private static float[] heap(Weight weight) {
    float[] values = new float[weight.values().capacity()];
    weight.values().duplicate().get(0, values);
    return values;
  }

  @Test
  void closedSessionsAreRefused() {
    weights.derive("table", () -> new Weight(table(), new long[] {ROWS, COLUMNS}));
    Sessions<String> sessions = new Sessions<>("test", InferenceOptions.defaults().threads(1));
    var session = sessions.get("one", this::lookup);
    sessions.close();
    sessions.close();
    assertThrows(IllegalStateException.class, () -> sessions.get("one", this::lookup));
    assertThrows(
        IllegalStateException.class,
        () -> session.run(Map.of("id", InputTensor.of(0L)), o -> o.floats("row")));
  }

  /** Every element is the number of its row. */
  private static FloatBuffer table() {
    FloatBuffer table = WeightBank.allocate(ROWS * COLUMNS);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
      table.put(i, i / COLUMNS);
    }
    return table;
  }

  @Test
  void filesOfTheSameContentAreOneInMemory() {
    WeightBank one = shared("some hash");
    WeightBank other = shared("some hash");
    WeightBank different = shared("another hash");
    assertSame(one.get("weight").values(), other.get("weight").values());
    assertNotSame(one.get("weight").values(), different.get("weight").values());
    for (WeightBank bank : List.of(one, other, different)) {
      bank.stack("doubled", "weight", "weight");
    }
    assertSame(one.get("doubled").values(), other.get("doubled").values());
    assertNotSame(one.get("doubled").values(), different.get("doubled").values());
  }

  @Test
  void aFileThatCannotBeOpenedIsOurException() {
    assertThrows(
        UnusableFileException.class,
        () ->
            WeightFile.shared(
                "absent", () -> Safetensors.open(temporary.resolve("absent.safetensors"))));
  }

  private WeightBank shared(String hash) {
    return new WeightBank()
        .add("", WeightFile.shared(hash, () -> TinyModel.golden(temporary, "prefix.safetensors")));
  }

  private float[] row(Sessions<String> sessions, String session, long id) {
    return row(sessions, session, id, COLUMNS);
  }

  private float[] row(Sessions<String> sessions, String session, long id, int columns) {
    return sessions
        .get(session, () -> lookup(columns))
        .run(Map.of("id", InputTensor.of(id)), o -> o.floats("row"));
  }

  private GraphModel lookup() {
    return lookup(COLUMNS);
  }

  private GraphModel lookup(int columns) {
    GraphBuilder g = new GraphBuilder("lookup", weights);
    Value id = g.input("id", ElementType.INT64);
    g.output("row", g.gather(g.weight("table"), id, 0), ElementType.FLOAT, columns);
    return g.model();
  }
}
