package io.github.close4j.metric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.common.base.CharMatcher;
import com.google.common.io.Resources;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected words are what pycocoevalcap 1.2 gives for the same sentence. */
class CaptionTokenizerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "A man's dog doesn't sit, on a black-and-white rug... | a man 's dog does n't sit on a"
            + " black-and-white rug",
        "A small red circle left of two big blue squares. | a small red circle left of two big blue"
            + " squares",
        "he'll we're I'd they've I'm | he 'll we 're i 'd they 've i 'm",
        "I cannot go gonna wanna | i can not go gon na wan na",
        "it can't won't ain't | it ca n't wo n't ai n't",
        "don’t “smart” quotes – dash — em… | do n't smart quotes dash em",
        "The T.V. is 3.5 inches; cost $5.00 & 20% | the t.v. is 3.5 inches cost $ 5.00 & 20 %",
        "at 10:30 a.m. in the U.S. | at 10:30 a.m. in the u.s.",
        "Mr. Smith's 100th x-ray, half-eaten | mr. smith 's 100th x-ray half-eaten",
        "the dogs' bowls at 5 o'clock | the dogs bowls at 5 o'clock",
        "a (small) [odd] dog | a -lrb- small -rrb- -lsb- odd -rsb- dog",
        "an 18-wheeler and his/her 1/2 of 2-3 dogs | an 18-wheeler and his/her 1/2 of 2-3 dogs",
        "at 9:00pm | at 9:00 pm",
        "dog,cat the table.The man -- woman - child | dog cat the table.the man woman child",
        "a café | a café",
        "is this AT&T? at&t?? | is this at&t at & t ??",
        "hors d'oeuvres on a graffiti'ed bus, a dog'ed | hors d'oeuvres on a graffiti'ed bus a dog"
            + " ed",
        "by S. Gay st. with the letter B. | by s. gay st. with the letter b.",
        "fire hydrant I. The street | fire hydrant i the street",
        "my pa. and my Pa. | my pa and my pa.",
        "no. 2 on a road., no. dog | no. 2 on a road. no dog",
        "y'all rock 'n' roll '70s 'til 'tis | y' all rock 'n' roll '70s 'til 't is",
        "a ___ b ** -5 +9 50% £5 1 1/2 ½ | a ___ b ** -5 +9 50 % # 5 1 1/2 1/2",
        "have?q hi :) :-( | have?q hi :-rrb- :--lrb-",
      })
  void splitsAsPycocoevalcap(String caption, String expected) {
    assertEquals(expected, String.join(" ", CaptionTokenizer.tokenize(caption)));
  }

  @Test
  void nothingButPunctuationIsEmpty() {
    assertEquals(List.of(), CaptionTokenizer.tokenize(""));
    assertEquals(List.of(), CaptionTokenizer.tokenize(" ... ? ! -- ; \" ' "));
  }

  /** What else users write; the script beside the file says which kinds. */
  @Test
  void wordsOfOddCaptionsEqualPycocoevalcaps() throws IOException {
    List<String> lines =
        Resources.readLines(
            Resources.getResource(CaptionTokenizerTest.class, "odd-captions.jsonl"), UTF_8);
    List<String> differing = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      JsonArray row = JsonParser.parseString(line).getAsJsonArray();
      String caption = row.get(0).getAsString();
      String words = String.join(" ", CaptionTokenizer.tokenize(caption));
      if (!words.equals(row.get(1).getAsString())) {
        differing.add(caption + "\n expected " + row.get(1).getAsString() + "\n found    " + words);
      }
    }
    assertEquals(2916, lines.size());
    assertEquals(List.of(), differing);
  }

  /** Neither recursion of a pattern nor looking ahead grows with a caption. */
  @ParameterizedTest
  @ValueSource(
      strings = {"a", "1", "a.", "a-", "1,", "a/", "A&", "<a ", "a@", "&eacute;", "\u65e5"})
  void captionsMayBeLong(String unit) {
    assertFalse(CaptionTokenizer.tokenize(unit.repeat(30_000 / unit.length())).isEmpty());
  }

  @Test
  void whateverEndsALineIsABlank() {
    assertEquals(List.of("a", "b", "c", "d"), CaptionTokenizer.tokenize("a\nb\r\nc\u2028d"));
  }

  @Property
  void wordsAreWrittenWithoutBlanks(@ForAll String caption) {
    for (String word : CaptionTokenizer.tokenize(caption)) {
      assertFalse(word.isEmpty() || CharMatcher.whitespace().matchesAnyOf(word), word);
    }
  }
}
