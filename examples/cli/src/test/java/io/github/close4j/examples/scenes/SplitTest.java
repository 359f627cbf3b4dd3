package io.github.close4j.examples.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitTest {
  /** Pinned: a split that moves would let a trained model be tested on what it has seen. */
  @ParameterizedTest
  @CsvSource({"SINGLE, 41, 4, 3", "RELATION, 4031, 547, 462", "GROUP, 120, 14, 10"})
  void theSplitOfTheWholeWorldIsPinned(Layout layout, int train, int validation, int test) {
    Map<Split, Set<String>> combinations = new EnumMap<>(Split.class);
    for (SceneContent content : Contents.of(layout)) {
      combinations
          .computeIfAbsent(Split.of(content), split -> new TreeSet<>())
          .add(content.combination());
    }
    List<Integer> sizes =
        Arrays.stream(Split.values()).map(s -> combinations.get(s).size()).toList();
    assertEquals(List.of(train, validation, test), sizes);
  }

  @Test
  void eightTenthsOfTheCombinationsAreForTraining() {
    Map<Split, Long> counts =
        Contents.all().stream()
            .collect(Collectors.toMap(SceneContent::combination, Split::of, (a, b) -> a))
            .values()
            .stream()
            .collect(Collectors.groupingBy(split -> split, Collectors.counting()));
    double all = counts.values().stream().mapToLong(Long::longValue).sum();
    // 5 232 combinations: the standard deviations of a fair hash are 0.0055 and 0.0041.
    assertEquals(5_232, all);
    assertEquals(0.8, counts.get(Split.TRAIN) / all, 0.015);
    assertEquals(0.1, counts.get(Split.VALIDATION) / all, 0.015);
    assertEquals(0.1, counts.get(Split.TEST) / all, 0.015);
  }

  @Test
  void generatorsOfDifferentSplitsNeverShareACombination() {
    Map<String, Split> seen = new HashMap<>();
    for (Split split : Split.values()) {
      for (Scene scene : new SceneGenerator(11, split).take(20_000)) {
        assertEquals(split, Split.of(scene));
        Split before = seen.put(SceneContent.of(scene).combination(), split);
        assertTrue(before == null || before == split, () -> "shared: " + scene);
      }
    }
  }

  @Test
  void sizesPlacesAndLookDoNotMatter() {
    SplittableRandom random = new SplittableRandom(5);
    for (Scene scene : new SceneGenerator(12, Split.VALIDATION).take(500)) {
      List<SceneObject> moved =
          scene.objects().stream()
              .map(o -> new SceneObject(o.shape(), o.colour(), other(o.size()), 1, 2, 3))
              .toList();
      Scene changed = new Scene(scene.layout(), moved, scene.relation(), random.nextLong());
      assertEquals(Split.VALIDATION, Split.of(changed));
    }
  }

  private static Size other(Size size) {
    return size == Size.SMALL ? Size.BIG : Size.SMALL;
  }
}
