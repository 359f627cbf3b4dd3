package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.internal.model.Calibration;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.TinyCalibration;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Of a calibrated model every caption of a picture has a confidence, and is else what it was. */
class ConfidenceTest {
  /** Of vectors that other graphs, or batches of other sizes, compute. */
  private static final double TOLERANCE = 1e-4;

  @TempDir Path temporary;
  private Path model;

  @BeforeEach
  void write() {
    model = TinyModel.write(temporary, TinyModel.PROJECTION);
  }

  // What it is --------------------------------------------------------------------------------

  @Test
  void aModelThatIsNotCalibratedHasNone() {
    try (Captioner captioner = open(InferenceOptions.defaults())) {
      for (List<Caption> hypotheses : captioner.caption(pictures(3), captioner.decoding())) {
        hypotheses.forEach(ConfidenceTest::assertNone);
      }
    }
  }

  /** Held to CLIP by itself and the formula. */
  @ParameterizedTest
  @CsvSource({"1, 3", "5, 3", "5, 32"})
  void confidenceIsThatOfCaptionAndPicture(int beams, int batchSize) {
    Decoding decoding = Decoding.beam(beams).maxNewTokens(12);
    List<BufferedImage> images = images(10);
    TinyCalibration.calibrate(model);
    InferenceOptions options = InferenceOptions.defaults().batchSize(batchSize);
    try (Captioner captioner = open(options);
        ClipEncoder clip = ClipEncoder.open(model, options)) {
      List<CaptionInput> inputs = images.stream().map(CaptionInput::of).toList();
      List<Caption> best =
          captioner.caption(inputs, decoding).stream().map(all -> all.get(0)).toList();
      EmbeddingBatch pictures = clip.images(images);
      EmbeddingBatch texts = clip.texts(best.stream().map(Caption::text).toList());
      for (int i = 0; i < images.size(); i++) {
        assertConfidence(best.get(i), texts.row(i), pictures.row(i));
      }
      assertTrue(best.stream().anyMatch(Caption::unsure), best::toString);
      assertFalse(best.stream().allMatch(Caption::unsure), best::toString);
    }
  }

  private static void assertConfidence(Caption caption, float[] text, float[] picture) {
    Calibration calibration = TinyCalibration.calibration(TinyModel.CLIP_DIM);
    Calibration.Evidence evidence =
        calibration
            .gap()
            .evidence(caption.logProbability(), caption.tokenIds().size(), text, picture);
    double expected = calibration.numbers().confidence(evidence);
    assertEquals(expected, caption.confidence(), TOLERANCE);
    assertEquals(calibration.numbers().isUnsure(evidence), caption.unsure());
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void captionsStayWhatTheyWereInEveryPrecision(Precision precision) {
    InferenceOptions options = InferenceOptions.defaults().precision(precision);
    List<Decoding> decodings =
        List.of(
            Decoding.greedy(),
            Decoding.beam(4),
            Decoding.beam(3).lengthNormalized(1),
            Decoding.sample(7).topK(5));
    List<List<List<Caption>>> before = new ArrayList<>();
    try (Captioner captioner = open(options)) {
      decodings.forEach(decoding -> before.add(captioner.caption(pictures(5), decoding)));
    }
    TinyCalibration.calibrate(model);
    try (Captioner captioner = open(options)) {
      for (int i = 0; i < decodings.size(); i++) {
        assertSameBut(before.get(i), captioner.caption(pictures(5), decodings.get(i)));
      }
    }
  }

  /** The first of each has a confidence; the others are what they were in all. */
  private static void assertSameBut(List<List<Caption>> before, List<List<Caption>> after) {
    for (int item = 0; item < before.size(); item++) {
      Caption was = before.get(item).get(0);
      Caption best = after.get(item).get(0);
      assertTrue(best.confidence() >= 0 && best.confidence() <= 1, best::toString);
      assertEquals(was, best.trusted(Double.NaN, false));
      assertEquals(
          before.get(item).subList(1, before.get(item).size()),
          after.get(item).subList(1, after.get(item).size()));
    }
  }

  // Inputs ------------------------------------------------------------------------------------

  @Test
  void aVectorHasTheConfidenceOfItsPicture() {
    TinyCalibration.calibrate(model);
    List<BufferedImage> images = images(6);
    try (Captioner captioner = open(InferenceOptions.defaults());
        ClipEncoder clip = ClipEncoder.open(model)) {
      EmbeddingBatch vectors = clip.images(images);
      for (int i = 0; i < images.size(); i++) {
        float[] vector = vectors.row(i);
        for (int c = 0; c < vector.length; c++) {
          vector[c] *= 3;
        }
        Caption ofPicture = captioner.caption(images.get(i));
        Caption ofVector = captioner.caption(CaptionInput.ofVector(vector));
        assertEquals(ofPicture.text(), ofVector.text());
        assertEquals(ofPicture.confidence(), ofVector.confidence(), TOLERANCE);
      }
    }
  }

  /** An answer is no description of the picture. */
  @Test
  void anAnswerHasNone() {
    TinyCalibration.calibrate(model);
    List<CaptionInput> inputs = new ArrayList<>(pictures(4));
    inputs.replaceAll(input -> input.withText("w5 w6"));
    inputs.addAll(2, pictures(2));
    try (Captioner captioner = open(InferenceOptions.defaults())) {
      List<List<Caption>> found = captioner.caption(inputs, Decoding.beam(2));
      for (int i = 0; i < inputs.size(); i++) {
        if (inputs.get(i).hasText()) {
          found.get(i).forEach(ConfidenceTest::assertNone);
        } else {
          assertFalse(Double.isNaN(found.get(i).get(0).confidence()));
        }
      }
      assertEquals(List.of(), captioner.caption(List.of(), Decoding.beam(2)));
    }
  }

  @Test
  void confidenceDependsOnThePictureAlone() {
    TinyCalibration.calibrate(model);
    List<CaptionInput> inputs = pictures(9);
    try (Captioner captioner = open(InferenceOptions.defaults().batchSize(4))) {
      List<List<Caption>> together = captioner.caption(inputs, Decoding.greedy());
      for (int i = 0; i < inputs.size(); i++) {
        Caption alone = captioner.caption(inputs.get(i), Decoding.greedy());
        assertEquals(alone.text(), together.get(i).get(0).text());
        assertEquals(alone.confidence(), together.get(i).get(0).confidence(), TOLERANCE);
      }
    }
  }

  // Kinds of models ---------------------------------------------------------------------------

  @Test
  void aModelOfExportedGraphsHasOne() {
    ModelFolder exported = ExportedModels.convert(temporary, "clip", "t5-merged", "projection");
    model = exported.file(ModelFolder.T5_WEIGHTS).getParent();
    confidenceIsThatOfCaptionAndPicture(3, 4);
  }

  /** What other tools were told of does not change. */
  @Test
  void exportsOfACalibratedModelPutOutWhatTheyDid() throws OrtException {
    TinyCalibration.calibrate(model);
    Path folder = temporary.resolve("graphs");
    ModelDirectory.open(model).exportOnnx(folder, Decoding.beam(2));
    try (OrtSession session =
        OrtEnvironment.getEnvironment()
            .createSession(folder.resolve("captioner.onnx").toString())) {
      assertEquals(Set.of("tokens", "scores"), session.getOutputNames());
    }
  }

  // Ends --------------------------------------------------------------------------------------

  @Test
  void aCalibratedCaptionerIsCancelledAndClosedAsOthersAre() {
    TinyCalibration.calibrate(model);
    Captioner captioner = open(InferenceOptions.defaults());
    try (captioner) {
      Cancellation cancelled = new Cancellation();
      cancelled.cancel();
      assertThrows(
          CancellationException.class,
          () -> captioner.caption(pictures(2), Decoding.greedy(), cancelled));
      Thread.currentThread().interrupt();
      assertThrows(
          CancellationException.class, () -> captioner.caption(pictures(2), Decoding.greedy()));
      assertTrue(Thread.interrupted());
      assertFalse(Double.isNaN(captioner.caption(images(1).get(0)).confidence()));
    }
    captioner.close();
    assertThrows(IllegalStateException.class, () -> captioner.caption(images(1).get(0)));
  }

  private static void assertNone(Caption caption) {
    assertTrue(Double.isNaN(caption.confidence()), caption::toString);
    assertFalse(caption.unsure(), caption::toString);
  }

  private Captioner open(InferenceOptions options) {
    return Captioner.open(model, options.threads(1));
  }

  private static List<CaptionInput> pictures(int count) {
    return images(count).stream().map(CaptionInput::of).toList();
  }

  /** Coloured squares. */
  private static List<BufferedImage> images(int count) {
    SplittableRandom random = new SplittableRandom(5);
    return IntStream.range(0, count).mapToObj(i -> image(random)).toList();
  }

  private static BufferedImage image(SplittableRandom random) {
    BufferedImage image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < 8; i++) {
      graphics.setColor(new Color(random.nextInt(1 << 24)));
      graphics.fillRect(random.nextInt(30), random.nextInt(30), 15, 15);
    }
    graphics.dispose();
    return image;
  }
}
