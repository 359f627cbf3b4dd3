package io.github.close4j.metric;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.HashSet;
import java.util.List;

/**
 * How well answers agree with those of several people, 0 to 1 each.
 *
 * <p>Source: Antol et al., "VQA: Visual Question Answering", ICCV 2015, section 4.
 */
public enum VqaAccuracy {
  /**
   * {@code min(count / 3, 1)}, count being the number of people whose answer is the same, all
   * normalised; what CLOSE reports.
   */
  COUNT("VQA accuracy") {
    @Override
    double score(String answer, List<String> human) {
      String normal = VqaAnswers.normalize(answer);
      long count = human.stream().map(VqaAnswers::normalize).filter(normal::equals).count();
      return Math.min(count / 3.0, 1);
    }
  },
  /**
   * The mean of {@code min(count / 3, 1)} over the sets that lack one of the people, as VQA's
   * evaluation program and its leaderboard have it. People's answers only lose their marks, and
   * only if not all are the same.
   */
  LEAVE_ONE_OUT("VQA accuracy, leave one out") {
    @Override
    double score(String answer, List<String> human) {
      String normal = VqaAnswers.normalize(answer);
      boolean differ = new HashSet<>(human).size() > 1;
      long count =
          human.stream()
              .map(other -> differ ? VqaAnswers.withoutMarks(other) : other)
              .filter(normal::equals)
              .count();
      double ofAgreeing = count * Math.min((count - 1) / 3.0, 1);
      double ofOthers = (human.size() - count) * Math.min(count / 3.0, 1);
      return (ofAgreeing + ofOthers) / human.size();
    }
  };

  private final String title;

  VqaAccuracy(String title) {
    this.title = title;
  }

  abstract double score(String answer, List<String> human);

  /**
   * The rule's name as reports print it.
   *
   * @return the name
   */
  public String title() {
    return title;
  }

  /**
   * Scores answers.
   *
   * @param answers one for each question, at least one
   * @param humanAnswers the people's answers to each question, at least one each; ten in VQA
   * @return the accuracy of each answer and their mean
   * @throws IllegalArgumentException if there is no question, a question without a person's answer,
   *     or another number of answers than of questions
   */
  @CheckReturnValue
  public MetricScores score(List<String> answers, List<? extends List<String>> humanAnswers) {
    CaptionSet.requireReferences(humanAnswers);
    CaptionSet.requireSize(answers.size(), humanAnswers.size());
    double[] scores = new double[answers.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = score(answers.get(i), humanAnswers.get(i));
    }
    return MetricScores.mean(scores);
  }
}
