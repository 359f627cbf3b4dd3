package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.image.ImageDecodingException;
import io.github.close4j.image.ImageLimits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The captioner's edges: odd pictures and vectors, wrong calls, closing. */
class CaptionerTest {
  @TempDir Path temporary;
  private Captioner captioner;

  @BeforeEach
  void open() {
    captioner = Captioner.open(TinyModel.write(temporary, TinyModel.PROJECTION));
  }

  @AfterEach
  void close() {
    captioner.close();
  }

  // Pictures ----------------------------------------------------------------------------------

  @Test
  void allWaysToGiveAPictureAreOne() throws IOException {
    byte[] png = png(picture(40, 30));
    Path file = Files.write(temporary.resolve("picture.png"), png);
    Caption expected = captioner.caption(file);
    assertFalse(expected.text().isEmpty());
    assertEquals(expected, captioner.caption(picture(40, 30)));
    assertEquals(expected, captioner.caption(new ByteArrayInputStream(png)));
    assertEquals(expected, captioner.caption(CaptionInput.of(png)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1x1", "20000x10", "10x20000", "2x3000", "31x33"})
  void picturesOfAnySizeHaveACaption(String size) throws IOException {
    String[] edges = size.split("x");
    BufferedImage picture = picture(Integer.parseInt(edges[0]), Integer.parseInt(edges[1]));
    Caption caption = captioner.caption(CaptionInput.of(png(picture)));
    assertTrue(Double.isFinite(caption.logProbability()));
  }

  /** However a picture is given, but for one that is decoded already. */
  @Test
  void picturesBeyondTheLimitsAreRefused() throws IOException {
    byte[] png = png(picture(40, 30));
    Path file = Files.write(temporary.resolve("picture.png"), png);
    ImageLimits limits = ImageLimits.defaults().maxPixels(40 * 30 - 1);
    Path model = temporary.resolve("model");
    InferenceOptions options = InferenceOptions.defaults().imageLimits(limits);
    try (Captioner limited = Captioner.open(model, options)) {
      List<CaptionInput> inputs =
          List.of(
              CaptionInput.of(file),
              CaptionInput.of(png),
              CaptionInput.of(new ByteArrayInputStream(png)));
      for (CaptionInput input : inputs) {
        String message =
            assertThrows(ImageDecodingException.class, () -> limited.caption(input)).getMessage();
        assertTrue(message.contains("1 to 1199 pixels, found a picture of 40 x 30"), message);
      }
      assertFalse(limited.caption(picture(40, 30)).text().isEmpty());
    }
  }

  @Test
  void cmykJpegHasACaption() throws IOException {
    byte[] jpeg;
    try (var stream = TinyModel.resource("cmyk.jpg")) {
      jpeg = stream.readAllBytes();
    }
    assertTrue(Double.isFinite(captioner.caption(CaptionInput.of(jpeg)).logProbability()));
  }

  @Test
  void truncatedPictureIsRefused() throws IOException {
    byte[] png = png(picture(40, 30));
    for (int length : new int[] {0, 1, 8, 20, png.length / 2, png.length - 200}) {
      CaptionInput input = CaptionInput.of(Arrays.copyOf(png, length));
      assertThrows(ImageDecodingException.class, () -> captioner.caption(input), "" + length);
    }
  }

  @Test
  void textNamedAsPictureIsRefusedWithItsName() throws IOException {
    Path file = Files.writeString(temporary.resolve("letter.png"), "Dear reader,\n".repeat(30));
    ImageDecodingException refused =
        assertThrows(ImageDecodingException.class, () -> captioner.caption(file));
    assertTrue(refused.getMessage().contains("letter.png"), refused.getMessage());
  }

  @Test
  void missingPictureIsRefusedWithItsName() {
    ImageDecodingException refused =
        assertThrows(
            ImageDecodingException.class, () -> captioner.caption(temporary.resolve("absent.jpg")));
    assertTrue(refused.getMessage().contains("absent.jpg"), refused.getMessage());
  }

  // Vectors and text --------------------------------------------------------------------------

  @Test
  void normOfAVectorDoesNotMatter() {
    float[] vector = vector();
    Caption expected = captioner.caption(CaptionInput.ofVector(vector));
    for (float scale : new float[] {1e-10f, 0.3f, 1e10f}) {
      float[] scaled = vector.clone();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] *= scale;
      }
      Caption found = captioner.caption(CaptionInput.ofVector(scaled));
      assertEquals(expected.text(), found.text(), "scale " + scale);
      assertEquals(expected.logProbability(), found.logProbability(), 1e-4, "scale " + scale);
    }
  }

  @Test
  void vectorIsCopied() {
    float[] vector = vector();
    CaptionInput input = CaptionInput.ofVector(vector);
    Caption expected = captioner.caption(input);
    Arrays.fill(vector, 0);
    assertEquals(expected, captioner.caption(input));
  }

  @Test
  void vectorsWithoutADirectionAreRefused() {
    float[] zero = new float[TinyModel.CLIP_DIM];
    float[] nan = vector();
    nan[5] = Float.NaN;
    float[] infinite = vector();
    infinite[63] = Float.NEGATIVE_INFINITY;
    for (float[] wrong : List.of(zero, nan, infinite, new float[0], new float[63], new float[65])) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> captioner.caption(CaptionInput.ofVector(wrong)));
      assertTrue(refused.getMessage().startsWith("vector: expected "), refused.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "   ", "w5", "word unknown to the model", "naïve ☃ 𝔘", "\ud800", "\0"})
  void anyTextIsRead(String text) {
    CaptionInput input = CaptionInput.ofVector(vector()).withText(text);
    assertTrue(Double.isFinite(captioner.caption(input).logProbability()));
  }

  /** The tiny model takes 32 tokens, a word each, the end token among them. */
  @Test
  void longTextIsCutAndToldHowFar() {
    String longest = "w9 ".repeat(31);
    Caption expected = captioner.caption(CaptionInput.ofVector(vector()).withText(longest));
    assertEquals(0, expected.unreadTextTokens());
    for (int more : new int[] {1, 2, 500}) {
      String text = longest + "w10 ".repeat(more);
      Caption found = captioner.caption(CaptionInput.ofVector(vector()).withText(text));
      assertEquals(more, found.unreadTextTokens());
      assertEquals(expected.tokenIds(), found.tokenIds());
      assertEquals(expected.logProbability(), found.logProbability());
    }
  }

  @Test
  void whatIsUnreadIsToldOfEachInputAndItsAlternatives() {
    CaptionInput input = CaptionInput.ofVector(vector());
    List<List<Caption>> found =
        captioner.caption(
            List.of(
                input.withText("w9 ".repeat(40)),
                input,
                input.withText("w9"),
                input.withText("w9 ".repeat(32)),
                input.withText("")),
            Decoding.beam(3));
    int[] expected = {9, 0, 0, 1, 0};
    for (int i = 0; i < expected.length; i++) {
      assertEquals(3, found.get(i).size());
      for (Caption caption : found.get(i)) {
        assertEquals(expected[i], caption.unreadTextTokens(), "input " + i);
      }
    }
  }

  @Test
  void tokensEndWithTheEndTokenUnlessTheyBreakOff() {
    CaptionInput input = CaptionInput.ofVector(vector());
    int end = TinyModel.t5().endTokenId();
    for (Caption caption : captioner.alternatives(input, Decoding.beam(8).maxNewTokens(6))) {
      int ended = caption.tokenIds().indexOf(end);
      assertTrue(ended == caption.tokenIds().size() - 1 || ended < 0, caption::toString);
      assertTrue(ended >= 0 || caption.tokenIds().size() == 6, caption::toString);
    }
    List<Integer> tokens = captioner.caption(input).tokenIds();
    assertThrows(UnsupportedOperationException.class, () -> tokens.set(0, 1));
  }

  @Test
  void textMatters() {
    CaptionInput input = CaptionInput.ofVector(vector());
    Caption without = captioner.caption(input);
    Caption with = captioner.caption(input.withText("w3 w4 w5 w6 w7"));
    assertTrue(Math.abs(without.logProbability() - with.logProbability()) > 1e-3);
  }

  // Calls -------------------------------------------------------------------------------------

  @Test
  void nothingGivesNothing() {
    assertEquals(List.of(), captioner.caption(List.of(), Decoding.beam(5)));
  }

  @Test
  void nullIsRefusedByName() {
    List<CaptionInput> inputs = new ArrayList<>(List.of(CaptionInput.ofVector(vector())));
    inputs.add(null);
    NullPointerException refused =
        assertThrows(
            NullPointerException.class, () -> captioner.caption(inputs, Decoding.greedy()));
    assertEquals("inputs[1]", refused.getMessage());
    CaptionInput input = inputs.get(0);
    assertThrows(NullPointerException.class, () -> input.withText(null));
    assertThrows(NullPointerException.class, () -> CaptionInput.of((Path) null));
  }

  @Test
  void aCaptionOfOneTokenIsTheMostProbableOne() {
    List<CaptionInput> input = List.of(CaptionInput.ofVector(vector()));
    Caption greedy = captioner.caption(input, Decoding.greedy().maxNewTokens(1)).get(0).get(0);
    for (Decoding decoding : List.of(Decoding.beam(5), Decoding.beam(5).lengthNormalized(2))) {
      List<Caption> found = captioner.caption(input, decoding.maxNewTokens(1)).get(0);
      assertEquals(5, found.size());
      assertEquals(greedy.text(), found.get(0).text());
      assertEquals(greedy.logProbability(), found.get(0).logProbability(), 1e-5);
      double sum = found.stream().mapToDouble(c -> Math.exp(c.logProbability())).sum();
      assertTrue(sum <= 1 + 1e-5, "probabilities of different tokens sum to " + sum);
    }
  }

  @Test
  void beamsThatTheVocabularyCannotFillAreRefused() {
    List<CaptionInput> input = List.of(CaptionInput.ofVector(vector()));
    assertEquals(60, captioner.caption(input, Decoding.beam(60).maxNewTokens(3)).get(0).size());
    assertEquals(
        30,
        captioner
            .caption(input, Decoding.beam(30).lengthNormalized(1).maxNewTokens(3))
            .get(0)
            .size());
    assertThrows(IllegalArgumentException.class, () -> captioner.caption(input, Decoding.beam(61)));
    assertThrows(
        IllegalArgumentException.class,
        () -> captioner.caption(input, Decoding.beam(31).lengthNormalized(1)));
  }

  @ParameterizedTest
  @ValueSource(floats = {-1f, 0f, 0.5f, 5f})
  void anyLengthPenaltyKeepsTheOrderOfScores(float penalty) {
    List<Caption> found =
        captioner
            .caption(
                List.of(CaptionInput.ofVector(vector())),
                Decoding.beam(4).lengthNormalized(penalty).maxNewTokens(10))
            .get(0);
    for (int i = 1; i < found.size(); i++) {
      assertTrue(found.get(i - 1).score() >= found.get(i).score());
    }
  }

  // Closing -----------------------------------------------------------------------------------

  @Test
  void closesTwiceAndRefusesLaterUse() {
    captioner.close();
    captioner.close();
    assertThrows(
        IllegalStateException.class, () -> captioner.caption(CaptionInput.ofVector(vector())));
    assertThrows(
        IllegalStateException.class, () -> captioner.caption(List.of(), Decoding.greedy()));
  }

  @Test
  void closingWaitsForRunsAndRefusesLaterOnes() throws Exception {
    List<CaptionInput> inputs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      inputs.add(CaptionInput.ofVector(vector()).withText("w" + (3 + i)));
    }
    Decoding decoding = Decoding.beam(5).maxNewTokens(20);
    List<List<Caption>> expected = captioner.caption(inputs, decoding);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      CountDownLatch running = new CountDownLatch(4);
      List<Future<Integer>> runs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        runs.add(
            threads.submit(
                () -> {
                  for (int done = 0; ; done++) {
                    try {
                      assertEquals(expected, captioner.caption(inputs, decoding));
                    } catch (IllegalStateException closed) {
                      return done;
                    }
                    running.countDown();
                  }
                }));
      }
      running.await();
      captioner.close();
      for (Future<Integer> run : runs) {
        assertTrue(run.get() >= 1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static float[] vector() {
    float[] vector = new float[TinyModel.CLIP_DIM];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) Math.sin(1 + 3 * i);
    }
    return vector;
  }

  private static BufferedImage picture(int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, (x * 7 % 256) << 16 | (y * 11 % 256) << 8 | (x * y % 256));
      }
    }
    return picture;
  }

  private static byte[] png(BufferedImage picture) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", out);
    return out.toByteArray();
  }
}
