package io.github.close4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ExampleNoiseTest {
  private static final int DIMENSION = 207;
  private static final long[] IDS = LongStream.range(1000, 1064).toArray();

  /** Pinned by src/test/python/example_noise_golden.py, a second implementation. */
  @Test
  void bitsArePinned() {
    assertBits(0xc0404042, ExampleNoise.of(0, 0, new long[] {0L}), 0);
    assertBits(0xbea20391, ExampleNoise.of(0, 0, new long[] {0L}), 17);
    assertBits(0xbf4e96f9, ExampleNoise.of(0, 0, new long[] {0L}), 1023);
    assertBits(0xbeaf7a3e, ExampleNoise.of(42, 7, new long[] {123456789012345L}), 767);
    assertBits(0xbf73f204, ExampleNoise.of(-1, -2, new long[] {-3L}), 38);
    assertBits(0x3f6f7223, ExampleNoise.of(42, 7, new long[] {5L}).stage(0), 3);
    assertBits(0xbe995486, ExampleNoise.of(42, 7, new long[] {5L}).stage(3).stage(1), 50);
  }

  private static void assertBits(int expected, ExampleNoise noise, int component) {
    float[] draw = new float[component + 1];
    noise.gaussian(0, draw, 0, draw.length);
    assertEquals(
        Integer.toHexString(expected), Integer.toHexString(Float.floatToIntBits(draw[component])));
  }

  @Test
  void splitOfTheBatchDoesNotMatter() {
    float[][] whole = draws(ExampleNoise.of(1, 2, IDS));
    for (int from = 0; from < IDS.length; from += 13) {
      int to = Math.min(IDS.length, from + 13);
      float[][] part = draws(ExampleNoise.of(1, 2, Arrays.copyOfRange(IDS, from, to)));
      assertArrayEquals(Arrays.copyOfRange(whole, from, to), part);
    }
  }

  @Test
  void orderOfTheBatchDoesNotMatter() {
    float[][] forward = draws(ExampleNoise.of(1, 2, IDS));
    long[] reversed =
        LongStream.range(0, IDS.length).map(i -> IDS[(int) (IDS.length - 1 - i)]).toArray();
    float[][] backward = draws(ExampleNoise.of(1, 2, reversed));
    for (int row = 0; row < IDS.length; row++) {
      assertArrayEquals(forward[row], backward[IDS.length - 1 - row]);
    }
  }

  @Test
  void threadsDoNotMatter() throws InterruptedException, ExecutionException {
    ExampleNoise noise = ExampleNoise.of(1, 2, IDS);
    float[][] expected = draws(noise);
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<float[][]>> results = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        results.add(pool.submit(() -> draws(noise)));
      }
      for (Future<float[][]> result : results) {
        assertArrayEquals(expected, result.get());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aLongerDrawStartsWithTheShorter() {
    ExampleNoise noise = ExampleNoise.of(3, 4, IDS);
    float[] whole = new float[DIMENSION];
    noise.gaussian(5, whole, 0, DIMENSION);
    for (int length : new int[] {0, 1, 2, 15, 16, 17, 63, 64, 65, 206}) {
      float[] part = new float[length + 3];
      part[length + 2] = 9;
      noise.gaussian(5, part, 2, length);
      assertArrayEquals(Arrays.copyOf(whole, length), Arrays.copyOfRange(part, 2, length + 2));
      assertEquals(9, part[length + 2]);
      assertEquals(0, part[1]);
    }
  }

  @Test
  void theSameExampleTwiceDrawsTheSame() {
    float[][] draws = draws(ExampleNoise.of(3, 4, new long[] {8, 8}));
    assertArrayEquals(draws[0], draws[1]);
  }

  @Test
  void theCallersIdsAreCopied() {
    long[] ids = IDS.clone();
    ExampleNoise noise = ExampleNoise.of(1, 2, ids);
    Arrays.fill(ids, 0);
    assertArrayEquals(draws(ExampleNoise.of(1, 2, IDS)), draws(noise));
  }

  @Test
  void everyKindOfNeighbourDiffers() {
    List<ExampleNoise> streams = new ArrayList<>();
    long[] base = {7};
    ExampleNoise root = ExampleNoise.of(1, 1, base);
    streams.add(root);
    for (long other : new long[] {0, 2, -1, 1 + (1L << 32), Long.MIN_VALUE}) {
      streams.add(ExampleNoise.of(other, 1, base));
      streams.add(ExampleNoise.of(1, other, base));
      streams.add(ExampleNoise.of(1, 1, new long[] {other}));
    }
    for (int stage = 0; stage < 4; stage++) {
      streams.add(root.stage(stage));
      for (int nested = 0; nested < 4; nested++) {
        streams.add(root.stage(stage).stage(nested));
      }
    }
    long distinct = streams.stream().map(s -> Arrays.toString(draws(s)[0])).distinct().count();
    assertEquals(streams.size(), distinct);
  }

  @Test
  void badArgumentsAreNamed() {
    ExampleNoise noise = ExampleNoise.of(0, 0, new long[2]);
    assertEquals(2, noise.rows());
    Exception stage = assertThrows(IllegalArgumentException.class, () -> noise.stage(-1));
    assertTrue(stage.getMessage().contains("found -1"));
    float[] out = new float[4];
    assertThrows(IndexOutOfBoundsException.class, () -> noise.gaussian(2, out, 0, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> noise.gaussian(0, out, 1, 4));
  }

  private static float[][] draws(ExampleNoise noise) {
    float[][] draws = new float[noise.rows()][DIMENSION];
    for (int row = 0; row < draws.length; row++) {
      noise.gaussian(row, draws[row], 0, DIMENSION);
    }
    return draws;
  }
}
