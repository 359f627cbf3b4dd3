package io.github.close4j.examples.confidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Whether confidences say how often captions are right, judged on captions that they were not
 * fitted to.
 *
 * @param confidences of the captions, 0 to 1
 * @param right whether each is right
 */
public record Reliability(List<Double> confidences, List<Boolean> right) {
  private static final int TENTHS = 10;

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if there is none, or they differ in length
   */
  public Reliability {
    confidences = List.copyOf(confidences);
    right = List.copyOf(right);
    if (confidences.isEmpty() || confidences.size() != right.size()) {
      throw new IllegalArgumentException(
          "expected confidences and outcomes of as many captions, at least 1, found %d and %d"
              .formatted(confidences.size(), right.size()));
    }
  }

  /** Share of the captions that are right. */
  public double rightShare() {
    return IntStream.range(0, right.size()).mapToDouble(this::outcome).average().orElseThrow();
  }

  /**
   * Brier score: the mean of {@code (confidence − outcome)²}, the outcome 1 or 0. 0 is perfect;
   * whoever always says the share that is right, p, has {@code p·(1 − p)}.
   */
  public double brierScore() {
    return IntStream.range(0, right.size())
        .mapToDouble(i -> Math.pow(confidences.get(i) - outcome(i), 2))
        .average()
        .orElseThrow();
  }

  /**
   * Expected calibration error: the mean, over the captions, of how far the confidence of their
   * tenth is from the share that is right in it (Guo et al., "On calibration of modern neural
   * networks", ICML 2017).
   */
  public double calibrationError() {
    return tenths().stream()
            .mapToDouble(t -> t.captions() * Math.abs(t.meanConfidence() - t.rightShare()))
            .sum()
        / right.size();
  }

  /**
   * Captions whose confidence lies in one tenth of the range from 0 to 1.
   *
   * @param from the least confidence; the tenth ends before {@code from + 0.1}, the last with 1
   * @param captions how many there are, at least 1
   * @param meanConfidence what was said of them
   * @param rightShare what was true of them
   */
  public record Tenth(double from, int captions, double meanConfidence, double rightShare) {}

  /** The tenths that have a caption, from the lowest up. */
  public List<Tenth> tenths() {
    List<Tenth> tenths = new ArrayList<>();
    for (int tenth = 0; tenth < TENTHS; tenth++) {
      int number = tenth;
      int[] members = IntStream.range(0, right.size()).filter(i -> tenthOf(i) == number).toArray();
      if (members.length > 0) {
        tenths.add(
            new Tenth(
                (double) tenth / TENTHS,
                members.length,
                IntStream.of(members).mapToDouble(confidences::get).average().orElseThrow(),
                IntStream.of(members).mapToDouble(this::outcome).average().orElseThrow()));
      }
    }
    return tenths;
  }

  private int tenthOf(int caption) {
    return Math.min(TENTHS - 1, (int) (TENTHS * confidences.get(caption)));
  }

  private double outcome(int caption) {
    return right.get(caption) ? 1 : 0;
  }

  /** In a line. */
  @Override
  public String toString() {
    double share = rightShare();
    return String.format(
        Locale.ROOT,
        "%d captions, %.1f%% right; Brier score %.3f (%.3f if all had one confidence), "
            + "expected calibration error %.3f",
        right.size(),
        100 * share,
        brierScore(),
        share * (1 - share),
        calibrationError());
  }
}
