package io.github.close4j.examples.confidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built-in model, calibrated on drawn scenes, is unsure of what is no scene. */
final class SceneConfidenceTest {
  private static final int SCENES = 500;
  private static final double SHARE = 0.05;

  @TempDir private static Path directory;
  private static Captioner captioner;

  @BeforeAll
  static void calibrate() {
    Path model = directory.resolve("model");
    BuiltInModel.SCENES.copyTo(model);
    SceneCorpus scenes = SceneCorpus.draw(Split.VALIDATION, SCENES, 1);
    try (ClipFeatures clip =
            ClipFeatures.open(ModelFolder.open(model).clip(), InferenceOptions.defaults());
        Captioner asked = Captioner.open(model)) {
      CalibrationStudy.Said said =
          CalibrationStudy.Said.ask(asked, clip, clip.images(pictures(scenes)), done -> {});
      CalibrationStudy study = new CalibrationStudy(said, scenes.captions(), SHARE);
      ModelFolder.open(model).calibrated(study.calibration(), study.reliability().toString());
    }
    captioner = Captioner.open(model);
  }

  @AfterAll
  static void close() {
    captioner.close();
  }

  private static List<BufferedImage> pictures(SceneCorpus scenes) {
    return scenes.scenes().stream().map(SceneRenderer::render).toList();
  }

  /**
   * Of 500 new scenes 25 are expected, with a deviation of 7 as those that it was calibrated on are
   * drawn too: 28 more are four deviations.
   */
  @Test
  void newScenesAreUnsureInAboutTheShareAskedFor() {
    double unsure = unsure(pictures(SceneCorpus.draw(Split.VALIDATION, SCENES, 2)));
    assertEquals(SHARE, unsure, 4 * Math.sqrt(2 * SHARE * (1 - SHARE) / SCENES));
  }

  /** At least in so many of a hundred; calibrated on more scenes, of more. */
  @ParameterizedTest
  @CsvSource({"BLANK, 60", "NOISE, 80", "GRADIENT, 30", "TEXT, 80", "DRAWING, 60", "X_RAY, 80"})
  void foreignPicturesAreUnsure(ForeignPictures kind, int least, TestReporter reporter) {
    double unsure = unsure(kind.take(50, 3));
    reporter.publishEntry("unsure of " + kind, Double.toString(unsure));
    assertTrue(unsure >= least / 100.0, () -> "unsure of " + unsure);
  }

  @Test
  void photographsAreUnsure(TestReporter reporter) throws IOException {
    Path folder = Path.of("../../../shared/data/photos");
    assumeTrue(Files.isDirectory(folder), "skipped: no " + folder);
    List<CaptionInput> photographs;
    try (Stream<Path> files = Files.list(folder)) {
      photographs =
          files
              .filter(file -> file.toString().endsWith(".jpg"))
              .sorted()
              .limit(60)
              .map(CaptionInput::of)
              .toList();
    }
    double unsure = unsureOf(photographs);
    reporter.publishEntry("unsure of photographs", Double.toString(unsure));
    assertTrue(unsure >= 0.5, () -> "unsure of " + unsure);
  }

  private static double unsure(List<BufferedImage> pictures) {
    return unsureOf(pictures.stream().map(CaptionInput::of).toList());
  }

  private static double unsureOf(List<CaptionInput> inputs) {
    List<List<Caption>> captions = captioner.caption(inputs, captioner.decoding());
    return captions.stream().filter(all -> all.get(0).unsure()).count() / (double) inputs.size();
  }
}
