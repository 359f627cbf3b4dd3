package io.github.close4j.examples.confidence;

import com.google.common.collect.Lists;
import io.github.close4j.adapter.AdapterFitting;
import io.github.close4j.adapter.PairedStatistics;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.internal.model.Calibration;
import io.github.close4j.onnx.internal.model.Calibration.Evidence;
import io.github.close4j.onnx.internal.model.Calibration.Gap;
import io.github.close4j.onnx.internal.model.Calibration.Numbers;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A calibration of a captioner, fitted to what it says of pictures that people described, and how
 * good it is.
 *
 * <p>Everything that is judged is held out: the pictures are dealt into {@value #FOLDS} folds; a
 * caption's distance is of a gap that was fitted to the other folds, its confidence of numbers that
 * were fitted to them, too. What comes out at the end is fitted to all.
 */
public final class CalibrationStudy {
  /** Fewer pictures tell nothing of the rare ones. */
  public static final int MIN_PICTURES = 100;

  private static final int FOLDS = 10;
  private static final int BATCH = 64;
  private static final long SEED = 1;

  private final Said said;
  private final List<Boolean> right;
  private final double unsureShare;

  /** The fold of each picture. */
  private final List<Integer> folds;

  private final List<Evidence> heldOut;
  private final List<Double> confidences;

  /**
   * What a captioner said of pictures.
   *
   * @param captions the best of each
   * @param texts CLIP's vectors of them, each of norm 1
   * @param pictures CLIP's vectors of the pictures, each of norm 1
   */
  public record Said(List<Caption> captions, EmbeddingBatch texts, EmbeddingBatch pictures) {
    /**
     * Asks a captioner, as it decodes by default.
     *
     * @param captioner the captioner
     * @param clip its CLIP
     * @param pictures CLIP's vectors of the pictures, which are normalised
     * @param progress told how many were captioned
     */
    public static Said ask(
        Captioner captioner, ClipFeatures clip, EmbeddingBatch pictures, IntConsumer progress) {
      pictures.normalize();
      List<CaptionInput> inputs =
          IntStream.range(0, pictures.rows())
              .mapToObj(row -> CaptionInput.ofVector(pictures.row(row)))
              .toList();
      List<Caption> captions = new ArrayList<>();
      for (List<CaptionInput> batch : Lists.partition(inputs, BATCH)) {
        captioner
            .caption(batch, captioner.decoding())
            .forEach(hypotheses -> captions.add(hypotheses.get(0)));
        progress.accept(captions.size());
      }
      EmbeddingBatch texts = clip.texts(captions.stream().map(Caption::text).toList());
      texts.normalize();
      return new Said(captions, texts, pictures);
    }

    Evidence evidence(Gap gap, int picture) {
      Caption caption = captions.get(picture);
      return gap.evidence(
          caption.logProbability(),
          caption.tokenIds().size(),
          texts.row(picture),
          pictures.row(picture));
    }
  }

  /**
   * Fits a calibration.
   *
   * @param said what was said of the pictures
   * @param references what people said of each, at least one caption
   * @param unsureShare of how many pictures like these a caption is to be called unsure, above 0,
   *     below 1
   * @throws IllegalArgumentException if there are fewer than {@value #MIN_PICTURES} pictures, or
   *     too few for the share
   */
  public CalibrationStudy(Said said, List<? extends List<String>> references, double unsureShare) {
    requireEnough(said.captions().size(), unsureShare);
    this.said = said;
    this.unsureShare = unsureShare;
    PeoplesWords people = new PeoplesWords(references);
    this.right =
        IntStream.range(0, references.size())
            .mapToObj(i -> people.agree(i, said.captions().get(i).text()))
            .toList();
    this.folds = deal(right.size());
    this.heldOut = heldOutEvidence();
    this.confidences = heldOutConfidences();
  }

  /**
   * Refuses what cannot calibrate, so that it is told before the pictures are captioned.
   *
   * @param pictures how many there are
   * @param unsureShare as of the constructor
   * @throws IllegalArgumentException as the constructor
   */
  public static void requireEnough(int pictures, double unsureShare) {
    if (!(unsureShare > 0 && unsureShare < 1)) {
      throw new IllegalArgumentException(
          "share: expected above 0 and below 1, found " + unsureShare);
    }
    int least = Math.max(MIN_PICTURES, (int) Math.ceil(1 / unsureShare));
    if (pictures < least) {
      throw new IllegalArgumentException(
          "expected at least %d described pictures, found %d".formatted(least, pictures));
    }
  }

  private static List<Integer> deal(int pictures) {
    List<Integer> folds =
        new ArrayList<>(IntStream.range(0, pictures).mapToObj(i -> i % FOLDS).toList());
    Collections.shuffle(folds, new Random(SEED));
    return folds;
  }

  // Held out ------------------------------------------------------------------------------------

  private List<Evidence> heldOutEvidence() {
    List<PairedStatistics> parts =
        IntStream.range(0, FOLDS).mapToObj(fold -> statistics(in(fold))).toList();
    List<Gap> gaps = IntStream.range(0, FOLDS).mapToObj(fold -> gap(parts, fold)).toList();
    return IntStream.range(0, right.size())
        .mapToObj(i -> said.evidence(gaps.get(folds.get(i)), i))
        .toList();
  }

  private List<Double> heldOutConfidences() {
    List<Numbers> numbers =
        IntStream.range(0, FOLDS).mapToObj(fold -> numbers(notIn(fold))).toList();
    return IntStream.range(0, right.size())
        .mapToObj(i -> numbers.get(folds.get(i)).confidence(heldOut.get(i)))
        .toList();
  }

  private List<Integer> in(int fold) {
    return IntStream.range(0, right.size()).filter(i -> folds.get(i) == fold).boxed().toList();
  }

  private List<Integer> notIn(int fold) {
    return IntStream.range(0, right.size()).filter(i -> folds.get(i) != fold).boxed().toList();
  }

  // Fitting -------------------------------------------------------------------------------------

  private PairedStatistics statistics(List<Integer> pictures) {
    return PairedStatistics.of(rows(said.texts(), pictures), rows(said.pictures(), pictures));
  }

  private static EmbeddingBatch rows(EmbeddingBatch all, List<Integer> chosen) {
    EmbeddingBatch rows = EmbeddingBatch.allocate(chosen.size(), all.dimension());
    for (int i = 0; i < chosen.size(); i++) {
      System.arraycopy(
          all.row(chosen.get(i)), 0, rows.values(), i * all.dimension(), all.dimension());
    }
    return rows;
  }

  /** The gap of all parts but one. */
  private static Gap gap(List<PairedStatistics> parts, int without) {
    return gap(
        IntStream.range(0, parts.size())
            .filter(part -> part != without)
            .mapToObj(parts::get)
            .reduce(PairedStatistics::merge)
            .orElseThrow());
  }

  private static Gap gap(PairedStatistics pairs) {
    return new Gap(AdapterFitting.shrunkCovarianceNoise(pairs));
  }

  /** Fitted to the evidence of some pictures, which was held out itself. */
  private Numbers numbers(List<Integer> pictures) {
    LogisticRegression regression =
        LogisticRegression.fit(
            pictures.stream()
                .map(heldOut::get)
                .map(e -> new double[] {e.logProbability(), e.cosine()})
                .toList(),
            pictures.stream().map(right::get).toList());
    List<Double> distances =
        pictures.stream().map(i -> heldOut.get(i).distance()).sorted().toList();
    // A new picture is as likely as each of these to have any place in their order, so it lies
    // beyond this one with a probability of at most the share (split conformal prediction, Vovk et
    // al. 2005).
    int usual = (int) Math.ceil((1 - unsureShare) * (distances.size() + 1)) - 1;
    double usualDistance = distances.get(Math.min(usual, distances.size() - 2));
    double excess =
        distances.stream()
            .filter(distance -> distance > usualDistance)
            .mapToDouble(distance -> distance - usualDistance)
            .average()
            .orElse(0);
    return new Numbers(
        regression.intercept(),
        regression.weight(0),
        regression.weight(1),
        usualDistance,
        Math.max(excess, Double.MIN_NORMAL));
  }

  // What came out -------------------------------------------------------------------------------

  /** The calibration, fitted to all pictures. */
  public Calibration calibration() {
    PairedStatistics pairs = PairedStatistics.of(said.texts(), said.pictures());
    List<Integer> all = IntStream.range(0, right.size()).boxed().toList();
    return new Calibration(gap(pairs), numbers(all));
  }

  /** How well held-out confidences say how often captions are right. */
  public Reliability reliability() {
    return new Reliability(confidences, right);
  }
}
