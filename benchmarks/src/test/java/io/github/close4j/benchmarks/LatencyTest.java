package io.github.close4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LatencyTest {
  @Test
  void runsTheRoundsAfterWarmingUpAndEachOnce() {
    List<Integer> prepared = new ArrayList<>();
    List<Integer> run = new ArrayList<>();
    Latency latency =
        Latency.measure(
            5,
            0,
            number -> {
              prepared.add(number);
              return () -> run.add(number);
            });
    assertEquals(5, latency.rounds());
    assertEquals(List.of(0, 1, 2, 0, 1, 2, 3, 4), prepared);
    assertEquals(prepared, run);
    assertTrue(latency.medianMillis() <= latency.p95Millis());
  }

  @Test
  void timeThatIsLeftIsUsedUpToTheMostRounds() {
    assertEquals(100, Latency.measure(1, 3600, number -> () -> {}).rounds());
  }
}
