package io.github.close4j.examples.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RowRunTest {
  private static final StudySettings TINY =
      new StudySettings(12, 12, 0, 300, 6, 6, 1, 1e-3, List.of(0.0, 0.08), List.of(0.0, 0.08));

  @TempDir private static Path workingDirectory;
  private static StudyWorld world;
  private static StudyFiles files;
  private static TableStudy study;

  @BeforeAll
  static void prepare() throws IOException {
    for (String name : List.of(ModelFolder.CLIP_WEIGHTS, ModelFolder.CLIP_TOKENIZER)) {
      Files.copy(BuiltInModel.SCENES.directory().resolve(name), workingDirectory.resolve(name));
    }
    world = new SceneWorld(workingDirectory, TINY);
    files = StudyFiles.of(workingDirectory, world);
    study = new TableStudy(world, workingDirectory, 1);
    new StudyData(world, files).prepare(List.of(), TrainingListener.NONE);
  }

  private static RowResult run(StudyRow row) {
    files.ask(row);
    study.runRow(row.name(), TrainingListener.NONE);
    return files.result(row).orElseThrow();
  }

  private static List<StudyTask> tasks() {
    return world.tasks().values().stream().flatMap(List::stream).distinct().toList();
  }

  private static StudyTask task(StudyPart part) {
    return world.tasks(part).get(0);
  }

  private static StudyRow small(StudyTask task, RowAdapter adapter) {
    return StudyRow.ofText(task, adapter, 1).withSize(T5Size.SMALL);
  }

  @Test
  void everyTaskAndEveryAdapterGivesARow() {
    for (StudyTask task : tasks()) {
      RowResult result = run(small(task, RowAdapter.noise(0.04)));
      assertTrue(result.score() >= 0 && result.trainingSteps() > 0, result::toString);
      assertEquals(result.test().keySet(), result.validation().keySet());
    }
    List<RowAdapter> adapters =
        List.of(
            RowAdapter.meanShift(-1, 0.02),
            RowAdapter.randomShift(0.5, 0.02),
            RowAdapter.covariance(PictureSet.HELD_OUT_PAIRS),
            RowAdapter.linear(PictureSet.OTHER_PAIRS, 0.02));
    for (RowAdapter adapter : adapters) {
      assertTrue(run(small(task(StudyPart.ENTAILMENT), adapter)).trainingSteps() > 0);
    }
    StudyRow images = StudyRow.ofImages(task(StudyPart.QUESTIONS), 1).withSize(T5Size.SMALL);
    assertTrue(run(images).test().containsKey(Probe.BLIND));
  }

  @Test
  void aRowIsTheSameWhenTrainedAgainAndLeavesNoModel() throws IOException {
    StudyRow row = small(task(StudyPart.QUESTIONS), RowAdapter.noise(0.04));
    RowResult first = run(row);
    RowResult second = run(row);

    assertEquals(first.test(), second.test());
    assertEquals(first.validation(), second.validation());
    assertFalse(Files.exists(files.model(row.name())));
  }

  @Test
  void aDamagedResultIsAnErrorThatNamesTheFile() throws IOException {
    StudyRow row = small(task(StudyPart.ENTAILMENT), RowAdapter.noise(0));
    run(row);
    Path file = files.resultFile(row);
    Files.writeString(file, Files.readString(file).substring(20));
    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> files.result(row));
    assertTrue(thrown.getMessage().startsWith(file.toString()), thrown.getMessage());
  }
}
