package io.github.close4j.metric;

import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.CheckReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The normalisation of answers that VQA's accuracy prescribes.
 *
 * <p>Source: Antol et al., "VQA: Visual Question Answering", ICCV 2015, and the results of its
 * evaluation program, {@code vqaEval.py}.
 */
final class VqaAnswers {
  private static final List<String> MARKS =
      ";/[]\"{}()=+\\_-><@`,?!".chars().mapToObj(Character::toString).toList();
  private static final Pattern COMMA_IN_NUMBER = Pattern.compile("\\d,\\d");
  private static final Pattern PERIOD = Pattern.compile("\\.(?!\\d)");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Set<String> ARTICLES = Set.of("a", "an", "the");
  private static final Map<String, String> NUMBERS =
      ImmutableMap.<String, String>builder()
          .put("none", "0")
          .put("zero", "0")
          .put("one", "1")
          .put("two", "2")
          .put("three", "3")
          .put("four", "4")
          .put("five", "5")
          .put("six", "6")
          .put("seven", "7")
          .put("eight", "8")
          .put("nine", "9")
          .put("ten", "10")
          .build();

  /** Forms whose spelling short of one apostrophe is no other word. */
  private static final String CONTRACTIONS =
      "ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've"
          + " hasn't haven't he'd've he's how'd how'll how's isn't it'd it'd've it'll ma'am"
          + " mightn't mightn't've might've mustn't must've needn't not've o'clock oughtn't"
          + " 'ow's'at shan't she'd've should've shouldn't shouldn't've somebody'd've somebody'll"
          + " somebody's someone'd someone'd've someone'll someone's something'd something'd've"
          + " something'll that's there'd there'd've there're there's they'd they'd've they'll"
          + " they're they've 'twas wasn't we'd've we've weren't what'll what're what's what've"
          + " when's where'd where's where've who'd who'd've who'll who's who've why'll why're why's"
          + " won't would've wouldn't wouldn't've y'all y'all'll y'all'd've you'd you'd've you'll"
          + " you're you've";

  private static final Map<String, String> CONTRACTION_OF = contractions();

  private VqaAnswers() {}

  /**
   * Normalises an answer: marks go, or become a blank where they join two words; a period goes
   * unless a digit follows; letters become small; number words up to ten become digits; articles
   * go; and apostrophes that contractions lack come back. The result may be empty.
   */
  @CheckReturnValue
  static String normalize(String answer) {
    List<String> words = new ArrayList<>();
    String text = withoutMarks(answer.strip().replace('\n', ' ').replace('\t', ' '));
    for (String word : BLANKS.split(text.toLowerCase(Locale.ROOT).strip())) {
      String number = NUMBERS.getOrDefault(word, word);
      if (!number.isEmpty() && !ARTICLES.contains(number)) {
        words.add(CONTRACTION_OF.getOrDefault(number, number));
      }
    }
    return String.join(" ", words);
  }

  /** The first half of the normalisation, which alone the program applies to people's answers. */
  static String withoutMarks(String answer) {
    boolean comma = COMMA_IN_NUMBER.matcher(answer).find();
    String text = answer;
    for (String mark : MARKS) {
      boolean free = answer.contains(mark + " ") || answer.contains(" " + mark);
      text = text.replace(mark, free || comma ? "" : " ");
    }
    return PERIOD.matcher(text).replaceAll("");
  }

  private static Map<String, String> contractions() {
    ImmutableMap.Builder<String, String> contractions = ImmutableMap.builder();
    for (String form : CONTRACTIONS.split(" ")) {
      for (int i = form.indexOf('\''); i >= 0; i = form.indexOf('\'', i + 1)) {
        contractions.put(form.substring(0, i) + form.substring(i + 1), form);
      }
    }
    // The program's own, though the apostrophe is lost here and not won.
    contractions.put("somebody'd", "somebodyd");
    return contractions.build();
  }
}
