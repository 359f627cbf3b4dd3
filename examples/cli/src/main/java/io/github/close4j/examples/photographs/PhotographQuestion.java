package io.github.close4j.examples.photographs;

import io.github.close4j.examples.photographs.AnswerableQuestions.Answered;
import io.github.close4j.training.corpus.VisualQuestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A question on a photograph with its one answer, a word.
 *
 * <p>The answer is what two captions of the picture say at least and none denies; three, of one of
 * its kind. A question to be answered by yes or no is asked of as many pictures where the answer is
 * yes as of those where it is no; of every other question the most frequent answer is no more
 * frequent than the second. So who sees the question alone is right in half of the cases at most.
 *
 * @param picture number of the picture among those drawn from, starting at 0
 * @param kind what is asked for
 * @param asked the question, with all captions of the picture, and its answer as often as there are
 *     people who answer one in VQA
 */
public record PhotographQuestion(int picture, Kind kind, VisualQuestion asked) {

  /** What a question asks for. */
  public enum Kind {
    /** "is there a horse", "is the dog brown", "is the man sitting". */
    YES_NO,
    /** "what colour is the dog"; answered with one of ten colours. */
    COLOUR,
    /** "how many dogs are there", "how many girls are there"; answered with "one" to "six". */
    COUNT
  }

  private static final int PEOPLE = 10;

  /** One answer to one question is drawn from one picture in so many at most, and from one. */
  private static final int PICTURES_AN_ANSWER = 20;

  /**
   * Draws questions.
   *
   * @param captions captions by picture; a picture with a single caption gives no question
   * @param random decides between pictures; equal states give equal questions
   * @return the questions, in the order of the pictures
   */
  public static List<PhotographQuestion> draw(
      List<List<String>> captions, SplittableRandom random) {
    List<PhotographQuestion> all = new ArrayList<>();
    for (int picture = 0; picture < captions.size(); picture++) {
      List<String> ofPicture = captions.get(picture);
      for (Answered answered : AnswerableQuestions.of(new PictureWords(ofPicture))) {
        all.add(of(picture, ofPicture, answered));
      }
    }
    Collections.shuffle(all, new Random(random.nextLong()));
    Map<String, Map<String, List<PhotographQuestion>>> byAnswer = new TreeMap<>();
    for (PhotographQuestion each : all) {
      byAnswer
          .computeIfAbsent(each.asked.question(), question -> new TreeMap<>())
          .computeIfAbsent(each.answer(), answer -> new ArrayList<>())
          .add(each);
    }
    int most = Math.max(1, captions.size() / PICTURES_AN_ANSWER);
    List<PhotographQuestion> drawn = new ArrayList<>();
    byAnswer.values().forEach(answers -> drawn.addAll(balanced(answers.values(), most)));
    drawn.sort(Comparator.comparingInt(PhotographQuestion::picture));
    return drawn;
  }

  private static PhotographQuestion of(int picture, List<String> captions, Answered answered) {
    String id = Integer.toString(picture);
    List<String> answers = Collections.nCopies(PEOPLE, answered.answer());
    return new PhotographQuestion(
        picture,
        answered.kind(),
        new VisualQuestion(id, id, captions, answered.question(), answers));
  }

  /** Of the questions by answer, so many that no answer is more frequent than another. */
  private static List<PhotographQuestion> balanced(
      Collection<List<PhotographQuestion>> byAnswer, int most) {
    int second =
        byAnswer.stream()
            .map(List::size)
            .sorted(Comparator.reverseOrder())
            .skip(1)
            .findFirst()
            .orElse(0);
    return byAnswer.stream().flatMap(same -> same.stream().limit(Math.min(second, most))).toList();
  }

  /** The answer on which all agree. */
  public String answer() {
    return asked.answers().get(0);
  }
}
