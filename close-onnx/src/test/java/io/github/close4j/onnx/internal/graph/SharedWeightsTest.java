package io.github.close4j.onnx.internal.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnxruntime.OrtException;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import io.github.close4j.onnx.model.InferenceException;
import java.nio.FloatBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sessions read weights where they lie, and never let ONNX Runtime's exceptions out. */
class SharedWeightsTest {
  /** ONNX Runtime copies what has less than 128 bytes. */
  private static final int COLUMNS = 100;

  private static final int ROWS = 3;

  private final WeightBank weights = new WeightBank();

  @Test
  void sessionsReadTheSameMemory() {
    FloatBuffer table = table();
    weights.derive("table", () -> new Weight(table, new long[] {ROWS, COLUMNS}));
    try (Sessions<String> sessions = new Sessions<>(1)) {
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
    try (Sessions<String> sessions = new Sessions<>(1)) {
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
  void closedSessionsAreRefused() {
    weights.derive("table", () -> new Weight(table(), new long[] {ROWS, COLUMNS}));
    Sessions<String> sessions = new Sessions<>(1);
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

  private float[] row(Sessions<String> sessions, String session, long id) {
    return sessions
        .get(session, this::lookup)
        .run(Map.of("id", InputTensor.of(id)), o -> o.floats("row"));
  }

  private GraphModel lookup() {
    GraphBuilder g = new GraphBuilder("lookup", weights);
    Value id = g.input("id", ElementType.INT64);
    g.output("row", g.gather(g.weight("table"), id, 0), ElementType.FLOAT, COLUMNS);
    return g.model();
  }
}
