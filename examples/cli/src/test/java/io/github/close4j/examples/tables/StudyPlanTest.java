package io.github.close4j.examples.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.examples.clip.SceneClip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows and tables of each world, without a file of it being read. */
final class StudyPlanTest {
  private static final int SEEDS = 3;
  private static final Path NOWHERE = Path.of("nowhere");

  /** A plan that is run through: σ 0.04 is made the best. */
  private static final class Plan {
    private final Map<StudyRow, RowResult> finished = new HashMap<>();
    private final Set<StudyRow> all = new LinkedHashSet<>();
    private final StudyWorld world;
    private final Results results;

    Plan(StudyWorld world) {
      this.world = world;
      this.results = new Results(world, row -> Optional.ofNullable(finished.get(row)), SEEDS);
    }

    Plan run() {
      for (long seed = 1; seed <= SEEDS; seed++) {
        for (StudyPart part : StudyPart.values()) {
          for (StudyRow row : part.rows(seed, results)) {
            all.add(row);
            finish(row, 90 + seed - 100 * Math.abs(row.adapter().noiseStdDev() - 0.04));
          }
        }
      }
      return this;
    }

    void finish(StudyRow row, double score) {
      Map<String, Double> scores = new HashMap<>(Map.of(Probe.SCORE, score));
      Stream.concat(
              Stream.of(Probe.BLIND, Probe.MAJORITY, Probe.IN_STYLE),
              world.captionScores().stream())
          .forEach(name -> scores.put(name, 50.0));
      finished.put(row, new RowResult(row, scores, scores, 1, 1));
    }

    List<String> printed() {
      List<String> lines = new ArrayList<>();
      new StudyTables(results, lines::add).print(world.tasks().keySet(), Optional.empty());
      return lines;
    }
  }

  private static PhotographWorld photographs(@Nullable Path more) {
    return new PhotographWorld(
        SceneClip.files(NOWHERE),
        new PhotographFiles(NOWHERE, NOWHERE, more, Map.of(), NOWHERE, NOWHERE),
        StudySettings.PHOTOGRAPHS);
  }

  static List<StudyWorld> worlds() {
    return List.of(
        new SceneWorld(NOWHERE, StudySettings.SCENES), photographs(NOWHERE), photographs(null));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void noTwoRowsShareAName(StudyWorld world) {
    Set<StudyRow> rows = new Plan(world).run().all;
    Set<String> names = rows.stream().map(StudyRow::name).collect(Collectors.toSet());
    assertEquals(rows.size(), names.size());
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void everyRowIsOfATaskOfItsWorld(StudyWorld world) {
    for (StudyRow row : new Plan(world).run().all) {
      assertEquals(row.task(), world.task(row.task()).name());
    }
    assertThrows(IllegalArgumentException.class, () -> world.task("haiku"));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void sigmaIsTheBestOnValidationWithTheFirstSeed(StudyWorld world) {
    Plan plan = new Plan(world);
    assertThrows(IllegalStateException.class, () -> plan.results.tunedNoise(world.captioning()));
    plan.run();
    for (StudyPart part : List.of(StudyPart.CAPTIONING_SINGLE, StudyPart.CAPTIONING_MULTIPLE)) {
      for (StudyTask task : world.tasks(part)) {
        assertEquals(0.04, plan.results.tunedNoise(task));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void theSmallestOfEqualSigmasIsTaken(StudyWorld world) {
    Plan plan = new Plan(world).run();
    StudyTask task = world.tasks(StudyPart.CAPTIONING_MULTIPLE).get(0);
    for (double level : task.noiseLevels()) {
      plan.finish(StudyRow.ofText(task, RowAdapter.noise(level), 1), 70);
    }
    assertEquals(0.0, plan.results.tunedNoise(task));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void everyRowOfATableIsTrainedWithEverySeed(StudyWorld world) {
    List<String> lines = new Plan(world).run().printed();
    List<String> rows =
        lines.stream().filter(line -> line.startsWith("| ") && line.contains("±")).toList();
    assertTrue(rows.size() >= 25, () -> String.join("\n", lines));
    assertTrue(lines.stream().noneMatch(line -> line.contains("1 seed")), lines::toString);
    assertEquals(
        1, lines.stream().filter(line -> line.contains("| – ")).count(), "not of the gap alone");
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void everyTableIsAsWideAsItsHead(StudyWorld world) {
    List<String> lines = new Plan(world).run().printed();
    int columns = 0;
    for (String line : lines) {
      if (line.startsWith("|---")) {
        columns = line.split("\\|---", -1).length - 1;
      } else if (line.startsWith("| ") && columns > 0) {
        assertEquals(columns, line.split(" \\| ", -1).length, line);
      } else if (line.isEmpty()) {
        columns = 0;
      }
    }
  }

  @Test
  void textOfAnotherCorpusHasRowsWhereThereIsSome() {
    assertEquals(3, photographs(NOWHERE).tasks(StudyPart.DOMAINS).size());
    assertEquals(List.of(), photographs(null).tasks(StudyPart.DOMAINS));
    assertTrue(
        new Plan(photographs(null))
            .run().printed().stream().noneMatch(line -> line.contains("several corpora")));
  }

  @Test
  void noiseLevelsHaveThoseOfEveryTable() {
    StudySettings full = StudySettings.SCENES;
    assertThrows(
        IllegalArgumentException.class,
        () -> new StudySettings(1, 1, 1, 1, 1, 1, 1, 1e-3, full.noiseCurve(), List.of(0.0, 0.02)));
  }

  @Test
  void spreadsAreMeansAndSampleDeviations() {
    assertEquals("2.0 ± 1.0", new Spread(List.of(1.0, 2.0, 3.0)).toString());
    assertEquals("2.0 (1 seed)", new Spread(List.of(2.0)).toString());
    assertEquals("–", new Spread(List.of()).toString());
  }
}
