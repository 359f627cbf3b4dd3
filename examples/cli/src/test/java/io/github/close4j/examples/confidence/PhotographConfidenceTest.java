package io.github.close4j.examples.confidence;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.examples.photographs.PhotographSet;
import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.examples.world.PhotographEvaluation;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.InferenceOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built-in model of photographs captions these, and is unsure of what is none. */
final class PhotographConfidenceTest {
  private static final Path FLICKR8K = Path.of("../../../shared/data/flickr8k");
  private static final int PHOTOGRAPHS = 200;

  private static Captioner captioner;

  @BeforeAll
  static void open() {
    captioner =
        Captioner.open(
            BuiltInModel.PHOTOGRAPHS.directory(), InferenceOptions.defaults().batchSize(32));
  }

  @AfterAll
  static void close() {
    captioner.close();
  }

  private static PhotographSet photographs() {
    assumeTrue(Files.isDirectory(FLICKR8K), "skipped: no " + FLICKR8K);
    PhotographSet all =
        PhotographSet.read(FLICKR8K.resolve("validation.jsonl"), FLICKR8K.resolve("images"));
    return all.some(IntStream.range(0, PHOTOGRAPHS).boxed().toList());
  }

  /** Of 200 photographs; the model's card has the figures of 1 000. */
  @Test
  void itCaptionsPhotographs(TestReporter reporter) {
    PhotographEvaluation scores = PhotographEvaluation.of(captioner, photographs());
    reporter.publishEntry("scores", scores.toString());
    assertTrue(scores.ciderD() >= 40, scores::toString);
  }

  /** One in twenty is expected, with a deviation of 1.5%. */
  @Test
  void itIsSureOfMostPhotographs() {
    double unsure = unsure(photographs().files().stream().map(CaptionInput::of).toList());
    assertTrue(unsure <= 0.12, () -> "unsure of " + unsure);
  }

  /** At least in so many of a hundred. */
  @ParameterizedTest
  @CsvSource({"BLANK, 60", "NOISE, 80", "GRADIENT, 60", "TEXT, 80", "DRAWING, 60", "X_RAY, 80"})
  void itIsUnsureOfForeignPictures(ForeignPictures kind, int least, TestReporter reporter) {
    double unsure = unsure(kind.take(50, 3).stream().map(CaptionInput::of).toList());
    reporter.publishEntry("unsure of " + kind, Double.toString(unsure));
    assertTrue(unsure >= least / 100.0, () -> "unsure of " + unsure);
  }

  private static double unsure(List<CaptionInput> inputs) {
    List<List<Caption>> captions = captioner.caption(inputs, captioner.decoding());
    return captions.stream().filter(all -> all.get(0).unsure()).count() / (double) inputs.size();
  }
}
