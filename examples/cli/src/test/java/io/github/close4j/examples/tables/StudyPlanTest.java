package io.github.close4j.examples.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class StudyPlanTest {
  private static final int SEEDS = 3;

  private final Map<StudyRow, RowResult> finished = new HashMap<>();
  private final Results results = new Results(row -> Optional.ofNullable(finished.get(row)), SEEDS);

  /** Runs the whole plan; σ 0.04 is made the best. */
  private Set<StudyRow> runAll() {
    Set<StudyRow> all = new LinkedHashSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      for (StudyPart part : StudyPart.values()) {
        for (StudyRow row : part.rows(seed, results)) {
          double score = 90 + seed - 100 * Math.abs(row.adapter().noiseStdDev() - 0.04);
          all.add(row);
          finished.put(row, result(row, score));
        }
      }
    }
    return all;
  }

  private static RowResult result(StudyRow row, double score) {
    Map<String, Double> scores = new HashMap<>(Map.of(Probe.SCORE, score));
    for (String name : List.of(Probe.BLIND, Probe.MAJORITY, Probe.IN_STYLE)) {
      scores.put(name, 50.0);
    }
    Probes.SLOTS.forEach(slot -> scores.put(Probes.title(slot), 50.0));
    return new RowResult(row, scores, scores, 1, 1);
  }

  @Test
  void noTwoRowsShareAName() {
    Set<StudyRow> rows = runAll();
    Set<String> names = rows.stream().map(StudyRow::name).collect(Collectors.toSet());
    assertEquals(rows.size(), names.size());
  }

  @Test
  void sigmaIsTheBestOnValidationWithTheFirstSeed() {
    assertThrows(
        IllegalStateException.class, () -> results.tunedNoise(StudyTask.CAPTIONING_SINGLE));
    runAll();
    assertEquals(0.04, results.tunedNoise(StudyTask.CAPTIONING_SINGLE));
    assertEquals(0.04, results.tunedNoise(StudyTask.QUESTIONS));
  }

  @Test
  void theSmallestOfEqualSigmasIsTaken() {
    runAll();
    for (double level : StudyPart.NOISE_CHOICE) {
      StudyRow row = StudyRow.ofText(StudyTask.ENTAILMENT, RowAdapter.noise(level), 1);
      finished.put(row, result(row, 70));
    }
    assertEquals(0.0, results.tunedNoise(StudyTask.ENTAILMENT));
  }

  @Test
  void everyRowOfATableIsTrainedWithEverySeed() {
    runAll();
    List<String> lines = new ArrayList<>();
    StudyTables tables = new StudyTables(results, lines::add);
    for (StudyPart part : StudyPart.values()) {
      tables.print(part);
    }
    List<String> rows =
        lines.stream().filter(line -> line.startsWith("| ") && line.contains("±")).toList();
    assertTrue(rows.size() >= 28, () -> String.join("\n", lines));
    assertTrue(lines.stream().noneMatch(line -> line.contains("1 seed")), lines::toString);
    assertTrue(lines.stream().noneMatch(line -> line.contains("| – ")), lines::toString);
  }

  @Test
  void spreadsAreMeansAndSampleDeviations() {
    assertEquals("2.0 ± 1.0", new Spread(List.of(1.0, 2.0, 3.0)).toString());
    assertEquals("2.0 (1 seed)", new Spread(List.of(2.0)).toString());
    assertEquals("–", new Spread(List.of()).toString());
  }
}
