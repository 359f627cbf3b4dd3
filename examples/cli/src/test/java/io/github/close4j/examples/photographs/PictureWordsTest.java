package io.github.close4j.examples.photographs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PictureWordsTest {

  private static PictureWords picture(String captions) {
    return new PictureWords(List.of(captions.split(" ; ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          A Dog 's ball .               | a dog s ball
          black-and-white T-shirt , #5! | black-and-white t-shirt 5
          the girl’s "dog"              | the girl’s dog
          boy in swimming trunks        | boy in swimming- trunks
          a boy swimming                | a boy swimming
          ÉCOLE naïve                   | école naïve
          ...                           | ''
          """)
  void wordsAreLowerCaseLettersAndDigits(String text, String words) {
    assertEquals(words, String.join(" ", CaptionWords.of(text).words()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          A dog , 2 cats . | 0 | one | One dog , 2 cats .
          A dog , 2 cats . | 1 | cow | A cow , 2 cats .
          A dog , 2 cats . | 2 | two | A dog , two cats .
          a Dog            | 1 | cat | a Cat
          A DOG IN SNOW    | 1 | cat | A CAT IN SNOW
          a dOG            | 1 | cat | a cat
          2 dogs           | 0 | two | two dogs
          A man            | 1 | woman | A woman
          """)
  void aWordIsReplacedInItsPlace(String text, int place, String word, String replaced) {
    assertEquals(replaced, CaptionWords.of(text).with(place, word));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a man ; a woman                   | true
          a man ; a man and a woman         | false
          a man ; a person                  | false
          two dogs ; three dogs             | true
          two dogs ; a pair of dogs         | false
          a boy ; a young man               | false
          a boy ; an old man                | true
          a red shirt ; a blue ball         | false
          in the snow ; on the beach        | true
          a dog on the beach ; in the water | false
          a dog running ; a dog sleeping    | true
          a dog running ; a dog leaping     | false
          """)
  void captionsThatExcludeEachOtherAreDisputed(String captions, boolean disputed) {
    PictureWords picture = picture(captions);
    assertEquals(disputed, picture.isDisputed(picture.captions().get(0)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a red ball ; the red ball             | red
          a big red rubber ball ; red ball      | red
          a red ball ; the ball                 |
          a red ball ; a blue ball              |
          a red and blue ball ; a red ball      |
          a dark red ball ; a red ball          |
          a ball and a red hat ; the red ball   |
          a maroon ball ; the maroon ball       |
          a red-green ball ; the red ball       |
          red balls ; red balls                 |
          orange ball ; an ORANGE ball          | orange
          red ball red ball ; balls             |
          """)
  void aThingHasTheOneColourThatTwoCaptionsGiveIt(String captions, String colour) {
    assertEquals(
        Optional.ofNullable(colour), NounColours.agreed(Set.of("ball"), picture(captions)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PEOPLE | 1 | A man ; the man ; man running
          PEOPLE | 2 | A man and a woman ; two people ; two tall men
          PEOPLE | 2 | A man with another man ; 2 men ; both men
          PEOPLE | 3 | two boys and a girl ; three kids ; Three children
          PEOPLE | 1 | a soccer player ; a boy ; the soccer player boy
          PEOPLE | -1 | A man ; a man
          PEOPLE | 2 | Two men ; two women
          PEOPLE | -1 | Two men ; it rains
          PEOPLE | -1 | A man ; two men ; a man ; a man
          PEOPLE | -1 | people ; two people ; two people ; two people
          PEOPLE | -1 | a group ; two people ; two people ; two people
          PEOPLE | -1 | a dog ; a dog ; a dog
          GIRLS  | 1 | a girl ; a girl and two boys ; the girl ; children
          MEN    | -1 | a man ; two people ; a man
          DOGS   | 1 | a boxer dog ; the dog ; one dog
          DOGS   | 2 | a dog and another dog ; a black dog and a white dog ; two dogs
          DOGS   | -1 | a dog and the other ; a dog ; a dog ; a dog
          DOGS   | -1 | a dog ; an animal ; a dog ; a dog
          """)
  void captionsAgreeOnANumber(NounCount things, int count, String captions) {
    assertEquals(count, things.of(picture(captions)));
  }
}
