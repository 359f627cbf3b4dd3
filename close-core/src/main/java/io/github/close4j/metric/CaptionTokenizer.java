package io.github.close4j.metric;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CheckReturnValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a caption into lower-case words in the manner of the Penn Treebank, without punctuation.
 *
 * <p>Clitics stand alone ({@code do n't}, {@code man 's}), words joined by hyphens or dots, numbers
 * and common abbreviations stay whole, and brackets become {@code -lrb-} and the like, as in
 * pycocoevalcap, whose list of punctuation to drop names them in upper case only. For the same
 * reason {@code !!} and {@code ??} stay, though {@code !} and {@code ?} go.
 *
 * <p>Source: the rules of the Treebank's tokenization and the observed results of {@code
 * pycocoevalcap/tokenizer/ptbtokenizer.py}.
 *
 * <p>Differs from the reference: this is not the tokenizer of Stanford CoreNLP 3.4.1, which
 * pycocoevalcap starts as a program, but rules of our own. Their words are equal for 202 651 of the
 * 202 654 captions of COCO's val2014, as a test shows. The other three end in a single letter and a
 * dot, and that program reads on into the next caption to tell whether the dot ends a sentence;
 * here a caption's words never depend on another. They were also equal for all of 91 900 other
 * captions and questions, measured once. They differ in markup, web addresses with a path, and
 * letters and numbers run together. A mixed number ({@code 1 1/2}) is two words here and one, with
 * a no-break space in it, there; BLEU and CIDEr of pycocoevalcap split it again.
 */
final class CaptionTokenizer {
  private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

  /** Words that, with a capital, begin a sentence, so that the dot before them is a full stop. */
  private static final String SENTENCE_STARTS =
      "A|After|An|As|At|But|He|Her|Here|If|In|It|Many|Now|One|Our|She|So|Some|That|The|Their|Then"
          + "|There|These|They|This|We|What|When|While|You";

  private static final String TITLES =
      "mr|mrs|ms|dr|prof|jr|sr|gen|col|capt|lt|sgt|cpl|pvt|maj|cmdr|adm|gov|sen|rep|rev|hon|pres"
          + "|supt|asst|det|esq|messrs|mme|mlle";
  private static final String NAMES = "alex|wm|st|ste|ft|mt";
  private static final String STREETS = "ave|blvd|rd|ct|sq|bldg";
  private static final String FIRMS = "inc|co|corp|ltd|bros|dept|univ|assn|pty|bhd|invt";
  private static final String DATES =
      "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thu|thurs|fri";
  private static final String STATES =
      "ala|ariz|calif|colo|conn|fla|ga|ind|kan|ky|md|mich|minn|mo|mont|neb|nev|okla|penn|tenn|va"
          + "|vt|wis";
  private static final String OTHERS = "vs|etc|al|cf|est|ext|ph|tel";

  /** States whose abbreviation is a word of its own in small letters. */
  private static final String CAPITALISED_STATES = "Ark|Del|Ill|La|Mass|Miss|Ore|Pa|Tex|Wash";

  private static final String BEFORE_NUMBERS = "nos?|figs?|pp|ca|op|art";

  /**
   * An English abbreviation that keeps its dot, as the Penn Treebank writes it; case is ignored but
   * for states.
   */
  private static final String ABBREVIATION =
      "\\b(?:(?:%s)\\.(?![\\p{L}\\p{N}])|(?-i:%s)\\.(?![\\p{L}\\p{N}])|(?:%s|%s)\\.(?= ?\\d))"
          .formatted(
              String.join("|", TITLES, NAMES, STREETS, FIRMS, DATES, STATES, OTHERS),
              CAPITALISED_STATES,
              BEFORE_NUMBERS,
              DATES);

  private static final Pattern CLITIC =
      Pattern.compile(
          "(?<=\\p{L})(?=n't\\b)|(?<=[\\p{L}\\p{N}.])(?='(?:s|m|d|ll|re|ve|n)\\b)"
              + "|(?<=\\d:\\d\\d)(?=[ap]\\.?m\\b)",
          FLAGS);
  private static final Pattern COMPOUND =
      Pattern.compile(
          "\\b(?:(can)(not)|(gon)(na)|(wan)(na)|(got)(ta)|(gim)(me)|(lem)(me)|(y')(all))\\b"
              + "|(?<!\\p{L})('t)(is|was)\\b",
          FLAGS);
  private static final Pattern TOKEN =
      Pattern.compile(
          String.join(
              "|",
              "n't\\b",
              "'(?:s|m|d|ll|re|ve)\\b",
              // Words that begin or end with an apostrophe.
              "'n'|'n\\b|'(?:\\d0s|em|till?|cause)\\b|'t(?= (?:is|was)\\b)|y'(?= all\\b)|\\b(?:dunkin|somethin|ol)'(?!\\p{L})",
              // Capitals joined by an ampersand: AT&T.
              "(?<![\\p{L}\\p{N}])(?-i:\\p{Lu}+&\\p{Lu}+)",
              // Acronyms, abbreviations and initials keep their dot.
              "\\b(?:(?:ph|\\p{L})\\.){2,}(?:\\p{L}+\\b)?(?:-\\p{L}+)*",
              ABBREVIATION,
              "(?<![\\p{L}\\p{N}.])\\p{L}\\.(?!\\p{L}| +(?-i:" + SENTENCE_STARTS + ")\\b)",
              // A word's dot stays before a mark that cannot end a sentence.
              "\\p{L}+\\.(?=[,;:])",
              // Words with an apostrophe within.
              "\\b(?:\\p{L}*[aeiou]|[cdln]|qu)'[aeiouy]\\p{L}*|\\b[dl]'|\\b[os]'\\p{L}+|\\bc'mon\\b",
              "[#@]\\p{L}+",
              "\\d+/\\d+(?:-\\p{L}+)+",
              "(?<![\\p{L}\\p{N}])[-+]\\d+(?:[.,:/-]\\d+)*(?!-?[\\p{L}\\p{N}])",
              "\\.?\\d+(?:[.,:/-]\\d+)*(?![-_]?[\\p{L}\\p{N}])",
              "[\\p{L}\\p{N}]\\p{M}*(?:[\\p{L}\\p{N}\\p{M}]|[-._@/](?=[\\p{L}\\p{N}])|[?!](?=\\p{L}))*",
              "[<>]?[:;=][-']?[()](?!\\p{L})|[(){}\\[\\]]",
              "[?!]{2,}|_+|\\*+|#+|@+",
              "[&%/\\\\\u2022]|[\\p{S}&&[^`]]"),
          FLAGS);
  private static final Map<String, String> BRACKETS =
      Map.of("(", "-lrb-", ")", "-rrb-", "[", "-lsb-", "]", "-rsb-", "{", "-lcb-", "}", "-rcb-");
  private static final Pattern BRACKET = Pattern.compile("[(){}\\[\\]]");
  private static final Map<String, String> SIGNS =
      Map.of(
          "\u2019", "'", "\u00ad", "", "\u00bc", " 1/4", "\u00bd", " 1/2", "\u00be", " 3/4",
          "\u00a3", "#", "\u20ac", "$", "\u00a2", " cents");
  private static final Pattern SIGN = Pattern.compile(String.join("|", SIGNS.keySet()));

  private CaptionTokenizer() {}

  /**
   * Splits a caption. Splitting the words again, joined by blanks, changes nothing unless the
   * caption holds brackets, or words whose dot or ampersand hangs on capitals or the mark that
   * follows. The list is immutable, and empty if there are no words.
   */
  @CheckReturnValue
  static List<String> tokenize(String caption) {
    String text = SIGN.matcher(caption).replaceAll(sign -> replacement(sign.group()));
    text = CLITIC.matcher(text).replaceAll(" ");
    text = COMPOUND.matcher(text).replaceAll("$1$3$5$7$9$11$13$15 $2$4$6$8$10$12$14$16");
    ImmutableList.Builder<String> words = ImmutableList.builder();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      String word = matcher.group().toLowerCase(Locale.ROOT);
      words.add(BRACKET.matcher(word).replaceAll(bracket -> BRACKETS.get(bracket.group())));
    }
    return words.build();
  }

  private static String replacement(String sign) {
    return Matcher.quoteReplacement(SIGNS.getOrDefault(sign, sign));
  }
}
