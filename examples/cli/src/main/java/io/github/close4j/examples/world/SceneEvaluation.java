package io.github.close4j.examples.world;

import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Slot;
import io.github.close4j.examples.scenes.SlotScorer;
import io.github.close4j.examples.scenes.SlotScores;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How well a captioner captions pictures of scenes.
 *
 * @param ciderD corpus CIDEr-D against the scenes' captions, times 100
 * @param slots what of the scenes the captions have right
 */
public record SceneEvaluation(double ciderD, SlotScores slots) {
  /** Seed of the scenes that results are reported on. */
  public static final long TEST_SEED = 777;

  /** Seed of the scenes that choices are made on. */
  public static final long VALIDATION_SEED = 555;

  private static final List<Slot> COLUMNS =
      List.of(
          Slot.COLOUR,
          Slot.SHAPE,
          Slot.OBJECTS,
          Slot.OBJECTS_EXACT,
          Slot.COUNT,
          Slot.RELATION,
          Slot.ALL);

  /** The head of a Markdown table of {@link #row rows}. */
  public static final String HEADER =
      "| model | CIDEr-D | "
          + COLUMNS.stream()
              .map(slot -> slot.name().toLowerCase(Locale.ROOT).replace('_', ' '))
              .collect(Collectors.joining(" | "))
          + " |\n|---|---"
          + "|---".repeat(COLUMNS.size())
          + "|";

  /**
   * Captions every picture of a corpus.
   *
   * @param captioner the captioner
   * @param corpus scenes and the captions to compare with
   * @param decoding how to decode
   * @return the result
   */
  public static SceneEvaluation of(Captioner captioner, SceneCorpus corpus, Decoding decoding) {
    List<CaptionInput> pictures =
        corpus.scenes().stream().map(SceneRenderer::render).map(CaptionInput::of).toList();
    List<String> captions = new ArrayList<>();
    for (List<Caption> hypotheses : captioner.caption(pictures, decoding)) {
      captions.add(hypotheses.get(0).text());
    }
    SlotScores slots = new SlotScores();
    for (int i = 0; i < captions.size(); i++) {
      slots.add(SlotScorer.score(captions.get(i), corpus.scenes().get(i)));
    }
    double ciderD = CaptionMetric.CIDER_D.score(captions, corpus.captions()).corpus();
    return new SceneEvaluation(100 * ciderD, slots);
  }

  /**
   * A row of a Markdown table.
   *
   * @param name what stands in the first column
   * @return CIDEr-D times 100, then the share of scenes that each column's slot is right in
   */
  public String row(String name) {
    return "| %s | %s | %s |"
        .formatted(
            name,
            String.format(Locale.ROOT, "%.1f", ciderD),
            COLUMNS.stream()
                .map(slot -> String.format(Locale.ROOT, "%.3f", slots.fraction(slot)))
                .collect(Collectors.joining(" | ")));
  }
}
