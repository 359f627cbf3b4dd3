package io.github.close4j.examples.world;

import io.github.close4j.examples.photographs.PhotographSet;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How well a captioner captions photographs, against what people said of them; each score times
 * 100.
 *
 * @param ciderD corpus CIDEr-D
 * @param bleu4 corpus BLEU-4
 * @param rougeL corpus ROUGE-L
 */
public record PhotographEvaluation(double ciderD, double bleu4, double rougeL) {

  /**
   * Captions every photograph.
   *
   * @param captioner the captioner
   * @param photographs pictures and the captions to compare with
   * @return the result
   */
  public static PhotographEvaluation of(Captioner captioner, PhotographSet photographs) {
    List<CaptionInput> pictures = photographs.files().stream().map(CaptionInput::of).toList();
    List<String> captions = new ArrayList<>();
    for (List<Caption> hypotheses : captioner.caption(pictures, captioner.decoding())) {
      captions.add(hypotheses.get(0).text());
    }
    return new PhotographEvaluation(
        score(CaptionMetric.CIDER_D, captions, photographs),
        score(CaptionMetric.BLEU_4, captions, photographs),
        score(CaptionMetric.ROUGE_L, captions, photographs));
  }

  private static double score(
      CaptionMetric metric, List<String> captions, PhotographSet photographs) {
    return 100 * metric.score(captions, photographs.captions()).corpus();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "CIDEr-D %.1f, BLEU-4 %.1f, ROUGE-L %.1f", ciderD, bleu4, rougeL);
  }
}
