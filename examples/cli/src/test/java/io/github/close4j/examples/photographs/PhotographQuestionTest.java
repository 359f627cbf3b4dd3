package io.github.close4j.examples.photographs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.examples.photographs.AnswerableQuestions.Answered;
import io.github.close4j.examples.photographs.PhotographQuestion.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PhotographQuestionTest {

  private static Map<String, String> answers(String captions) {
    return AnswerableQuestions.of(new PictureWords(List.of(captions.split(" ; ")))).stream()
        .collect(Collectors.toMap(Answered::question, Answered::answer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          what colour is the dog | brown | A brown dog runs ; The brown dog ; Dog in snow
          is the dog brown       | yes   | A brown dog runs ; The brown dog ; Dog in snow
          is the dog black       | no    | A brown dog runs ; The brown dog ; Dog in snow
          is there a dog         | yes   | A dog ; the DOG
          is there a cat         | no    | A puppy ; the DOG ; a dog ; one dog runs
          is there a beach       | no    | A puppy ; the DOG ; a dog ; one dog runs
          is there a beach       | yes   | The beach ; on a beach
          is there snow          | yes   | dog in snow ; deep snow
          is there a man         | no    | a dog ; a dog runs ; the dogs ; the dog here
          is there a man         | no    | a woman sits ; one woman ; a woman in red
          is there a woman       | yes   | a woman sits ; one woman ; a woman in red
          is the woman sitting   | yes   | a woman sits ; one woman sitting ; a woman in red
          is the woman running   | no    | a woman sits ; one woman sitting ; a woman in red
          how many women are there | one | a woman sits ; one woman ; a woman in red
          how many men are there | two | two men ; 2 MEN and a woman ; a man and another man
          how many dogs are there | three | three dogs ; 3 dogs ; a dog and two puppies
          what colour is the shirt | red | a man in a red shirt ; a man in a red t-shirt ; a man ; the man
          """)
  void whatCaptionsAgreeOnCanBeAsked(String question, String answer, String captions) {
    assertEquals(answer, answers(captions).get(question), captions);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          what colour is the dog | A brown dog ; A tan dog ; Dog
          what colour is the dog | A brown dog ; A brown and white dog ; Dog
          what colour is the dog | A brown dog ; a brown dog and another dog ; Dog
          what colour is the dog | Two brown dogs ; brown dogs ; brown dog
          what colour is the dog | A dog with brown fur ; a brownish dog ; one dog
          is the dog white       | A brown dog ; The brown dog ; A dog and a beige wall
          what colour is the shirt | a man in a red shirt ; two men ; red shirt
          what colour is the shirt | a man in a red shirt ; a red striped shirt ; man
          is there a dog         | a dog ; an animal
          is there a cat         | a dog ; an animal ; one dog ; the dog
          is there a cat         | a dog runs
          is there a cat         | . ; ?! ; one ; picture ; photo
          is there a man         | a person ; someone on a bike ; a person rides
          is there a man         | a man ; a woman ; a person
          is there a boy         | the young man ; a young man ; the man
          is there a frisbee     | a dog with a toy ; a dog
          how many men are there   | a man ; a man ; a man in a crowd
          how many men are there   | a man ; a man ; a man on a busy street
          how many men are there   | men ; two men ; two men ; two men
          how many people are there | two people ; two people ; two people
          how many dogs are there | two dogs ; three dogs ; two dogs ; two dogs
          how many dogs are there | two dogs ; dogs ; two dogs ; two dogs
          is the boy swimming    | a boy in swimming trunks ; swimming pool ; the boy ; a boy
          is the man running     | a man walking ; a man walks ; one man
          """)
  void whatTheyLeaveOpenCannot(String question, String captions) {
    assertFalse(answers(captions).containsKey(question), captions);
  }

  @Test
  void whatSaysNothingAnswersNothing() {
    assertEquals(List.of(), PhotographQuestion.draw(List.of(), new SplittableRandom(1)));
    assertEquals(Map.of(), answers(". ; ?! ; ; dog ; one"));
  }

  private static Map<String, Map<String, Long>> counts(List<PhotographQuestion> questions) {
    return questions.stream()
        .collect(
            Collectors.groupingBy(
                question -> question.asked().question(),
                TreeMap::new,
                Collectors.groupingBy(
                    PhotographQuestion::answer, TreeMap::new, Collectors.counting())));
  }

  @Property(tries = 40)
  void noAnswerIsMoreFrequentThanAnother(
      @ForAll long seed, @ForAll @IntRange(max = 300) int pictures) {
    List<PhotographQuestion> drawn =
        PhotographQuestion.draw(DrawnCaptions.of(pictures, seed), new SplittableRandom(seed));
    counts(drawn)
        .forEach(
            (question, byAnswer) -> {
              List<Long> sizes =
                  byAnswer.values().stream().sorted(Comparator.reverseOrder()).toList();
              assertTrue(sizes.size() > 1, question + byAnswer);
              assertEquals(sizes.get(0), sizes.get(1), question + byAnswer);
            });
  }

  @Property(tries = 40)
  void twoCaptionsHaveTheColourThatIsTheAnswerAndNoneTheOneThatIsNot(
      @ForAll long seed, @ForAll @IntRange(max = 300) int pictures) {
    List<List<String>> captions = DrawnCaptions.of(pictures, seed);
    for (PhotographQuestion drawn : PhotographQuestion.draw(captions, new SplittableRandom(seed))) {
      List<String> ofPicture = captions.get(drawn.picture());
      assertEquals(ofPicture, drawn.asked().imageTexts());
      String asked = drawn.asked().question().replaceFirst(".* ", "");
      if (drawn.kind() == Kind.COLOUR) {
        assertTrue(captionsWith(drawn.answer(), ofPicture) >= 2, drawn::toString);
      } else if (drawn.answer().equals("no")) {
        assertEquals(0, captionsWith(asked, ofPicture), drawn::toString);
      }
    }
  }

  private static long captionsWith(String word, List<String> captions) {
    return captions.stream().filter(text -> CaptionWords.of(text).words().contains(word)).count();
  }

  @Property(tries = 20)
  void equalStatesGiveEqualQuestions(@ForAll long seed) {
    List<List<String>> captions = DrawnCaptions.of(200, seed);
    assertEquals(
        PhotographQuestion.draw(captions, new SplittableRandom(seed)),
        PhotographQuestion.draw(captions, new SplittableRandom(seed)));
  }

  @Test
  void flickr8kGivesQuestionsOfEachKind() {
    List<PhotographQuestion> drawn =
        PhotographQuestion.draw(DrawnCaptions.flickr8k("validation"), new SplittableRandom(1));
    Map<Kind, Long> kinds =
        drawn.stream()
            .collect(Collectors.groupingBy(PhotographQuestion::kind, Collectors.counting()));
    assertTrue(kinds.getOrDefault(Kind.YES_NO, 0L) > 1_000, kinds::toString);
    assertTrue(kinds.getOrDefault(Kind.COLOUR, 0L) > 60, kinds::toString);
    assertTrue(kinds.getOrDefault(Kind.COUNT, 0L) > 60, kinds::toString);
  }
}
