package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caption depends on its input alone: not on its batch, its neighbours, its thread. */
class CaptionerInvarianceTest {
  private static final double TOLERANCE = 1e-4;
  private static final int COUNT = 48;
  private static final List<Decoding> DECODINGS =
      List.of(
          Decoding.greedy().maxNewTokens(12),
          Decoding.beam(5).maxNewTokens(12),
          Decoding.beam(3).lengthNormalized(1).maxNewTokens(12));

  @TempDir static Path temporary;
  private static Path directory;

  @BeforeAll
  static void write() {
    directory = TinyModel.write(temporary, TinyModel.PROJECTION);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 32})
  void batchesAndNeighboursDoNotMatter(int batchSize) {
    List<CaptionInput> inputs = mixture(1);
    List<Integer> order = new ArrayList<>(IntStream.range(0, COUNT).boxed().toList());
    Collections.shuffle(order, new Random(batchSize));
    List<CaptionInput> shuffled = order.stream().map(inputs::get).toList();
    try (Captioner alone =
            Captioner.open(directory, InferenceOptions.defaults().threads(1).batchSize(1));
        Captioner together =
            Captioner.open(
                directory, InferenceOptions.defaults().threads(1).batchSize(batchSize))) {
      for (Decoding decoding : DECODINGS) {
        List<List<Caption>> expected = alone.caption(inputs, decoding);
        List<List<Caption>> found = together.caption(shuffled, decoding);
        for (int i = 0; i < COUNT; i++) {
          assertSame(expected.get(order.get(i)), found.get(i), decoding + ", input " + i);
        }
      }
    }
  }

  /** Nor do settings of the machine; two captioners of one model share its weights. */
  @Test
  void settingsDoNotMatter() {
    List<CaptionInput> inputs = mixture(3);
    InferenceOptions options = InferenceOptions.defaults();
    try (Captioner small =
        Captioner.open(directory, options.threads(2).arena(false).packedWeights(false))) {
      try (Captioner fast = Captioner.open(directory, options.threads(1))) {
        for (Decoding decoding : DECODINGS) {
          List<List<Caption>> expected = fast.caption(inputs, decoding);
          List<List<Caption>> found = small.caption(inputs, decoding);
          for (int i = 0; i < COUNT; i++) {
            assertSame(expected.get(i), found.get(i), decoding + ", input " + i);
          }
        }
      }
      assertEquals(COUNT, small.caption(inputs, DECODINGS.get(0)).size());
    }
  }

  /** Eight bits change captions, but one input's still does not depend on the others. */
  @Test
  void batchesDoNotMatterInEightBits() {
    List<CaptionInput> inputs = mixture(4);
    InferenceOptions options = InferenceOptions.defaults().threads(1).precision(Precision.INT8);
    try (Captioner alone = Captioner.open(directory, options.batchSize(1));
        Captioner together = Captioner.open(directory, options.batchSize(7))) {
      for (Decoding decoding : DECODINGS) {
        List<List<Caption>> expected = alone.caption(inputs, decoding);
        List<List<Caption>> found = together.caption(inputs, decoding);
        for (int i = 0; i < COUNT; i++) {
          assertSame(expected.get(i), found.get(i), decoding + ", input " + i);
        }
      }
    }
  }

  @Test
  void eightThreadsGetWhatOneGets() throws Exception {
    List<CaptionInput> inputs = mixture(2);
    try (Captioner captioner =
        Captioner.open(directory, InferenceOptions.defaults().threads(1).batchSize(5))) {
      List<List<List<Caption>>> expected =
          DECODINGS.stream().map(decoding -> captioner.caption(inputs, decoding)).toList();
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        List<Future<?>> runs = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
          int first = thread;
          runs.add(
              threads.submit(
                  () -> {
                    for (int round = 0; round < 3; round++) {
                      int which = (first + round) % DECODINGS.size();
                      List<List<Caption>> found = captioner.caption(inputs, DECODINGS.get(which));
                      for (int i = 0; i < COUNT; i++) {
                        assertSame(expected.get(which).get(i), found.get(i), "input " + i);
                      }
                    }
                  }));
        }
        for (Future<?> run : runs) {
          run.get();
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  /** Pictures and vectors, with texts of 0 to 9 words and without. */
  private static List<CaptionInput> mixture(long seed) {
    Random random = new Random(seed);
    List<CaptionInput> inputs = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      CaptionInput input =
          random.nextBoolean()
              ? CaptionInput.of(picture(random))
              : CaptionInput.ofVector(vector(random));
      if (random.nextBoolean()) {
        long[] words = random.longs(random.nextInt(10), 3, TinyModel.VOCABULARY).toArray();
        input = input.withText(TinyModel.words(words));
      }
      inputs.add(input);
    }
    return inputs;
  }

  private static BufferedImage picture(Random random) {
    BufferedImage picture =
        new BufferedImage(
            20 + random.nextInt(40), 20 + random.nextInt(40), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        picture.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return picture;
  }

  private static float[] vector(Random random) {
    float[] vector = new float[TinyModel.CLIP_DIM];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static void assertSame(List<Caption> expected, List<Caption> found, String where) {
    assertEquals(expected.size(), found.size(), where);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).text(), found.get(i).text(), where);
      assertEquals(
          expected.get(i).logProbability(), found.get(i).logProbability(), TOLERANCE, where);
      assertEquals(expected.get(i).score(), found.get(i).score(), TOLERANCE, where);
    }
  }
}
