package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.adapter.MeanShift;
import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import io.github.close4j.onnx.pretrained.ModelImport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model on disk as an application sees it. */
class ModelDirectoryTest {
  @TempDir Path temporary;
  private ModelDirectory model;

  @BeforeEach
  void open() {
    model = ModelDirectory.open(TinyModel.write(temporary, TinyModel.PROJECTION));
  }

  @Test
  void tellsWhatItIs() {
    assertEquals(temporary.resolve("model"), model.path());
    assertEquals(Map.of("made by", "model_golden.py"), model.provenance());
    assertEquals(Decoding.beam(5).maxNewTokens(20), model.decoding());
    assertEquals(TinyModel.CLIP_DIM, model.embeddingDimension());
    try (Captioner captioner = Captioner.open(model.path())) {
      assertEquals(model.decoding(), captioner.decoding());
    }
  }

  @Test
  void anAdapterOfAnotherDimensionIsRefusedAndNothingWritten() {
    Path target = temporary.resolve("adapted");
    MeanShift shift = new MeanShift(new float[TinyModel.CLIP_DIM - 1]);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> model.withImageAdapter(target, shift));
    assertTrue(refused.getMessage().contains("expected one of 64 components"));
    assertFalse(Files.exists(target));
  }

  @Test
  void isWrittenAsPlainOnnx() {
    Path folder = temporary.resolve("made/graphs");
    model.exportOnnx(folder, Decoding.beam(3));
    for (String name : List.of("captioner.onnx", "clip-images.onnx", "clip-texts.onnx")) {
      assertTrue(Files.isRegularFile(folder.resolve(name)), name);
      assertTrue(Files.isRegularFile(folder.resolve(name + ".data")), name);
    }
  }

  @Test
  void isMadeOfACheckpointOfTheAuthors() {
    ModelDirectory imported =
        ModelImport.authorsCheckpoint(
            Checkpoints.path("close/model.json"),
            Checkpoints.path("close/state-ep8.pth"),
            Checkpoints.path("clip-quick-gelu"),
            Checkpoints.path("t5-v10"),
            temporary.resolve("imported"));
    assertEquals(temporary.resolve("imported"), imported.path());
    assertEquals(Decoding.beam(5), imported.decoding());
  }

  @Test
  void isMadeOfExportedGraphs() {
    ModelDirectory imported =
        ModelImport.exportedGraphs(
            ExportedModels.clip(temporary, "clip"),
            ExportedModels.t5(temporary, "t5-merged"),
            ExportedModels.prefix(temporary, "projection"),
            temporary.resolve("imported"));
    assertEquals(Decoding.beam(5), imported.decoding());
    float[] vector = new float[TinyModel.CLIP_DIM];
    vector[0] = 1;
    try (Captioner captioner = Captioner.open(imported.path())) {
      assertEquals(
          5, captioner.alternatives(CaptionInput.ofVector(vector), Decoding.beam(5)).size());
      assertEquals(
          captioner.caption(CaptionInput.ofVector(vector)),
          captioner.alternatives(CaptionInput.ofVector(vector), Decoding.beam(5)).get(0));
    }
  }
}
