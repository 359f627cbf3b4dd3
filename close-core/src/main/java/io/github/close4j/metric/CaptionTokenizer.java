package io.github.close4j.metric;

import java.util.ArrayList;
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
 * pycocoevalcap, whose list of punctuation to drop names them in upper case only.
 *
 * <p>Source: the rules of the Treebank's tokenization and the observed results of {@code
 * pycocoevalcap/tokenizer/ptbtokenizer.py}.
 *
 * <p>Differs from the reference: this is an approximation of the tokenizer of Stanford CoreNLP
 * 3.4.1 that pycocoevalcap starts as a program. The two differ in 50 of the 202 654 captions of
 * COCO's val2014, measured once: abbreviations at the end of a caption, which that tokenizer
 * guesses, words around an ampersand, runs of punctuation and rare contractions. They also differ
 * in web addresses, emoticons and fractions in one character.
 */
public final class CaptionTokenizer {
  private static final Pattern CLITIC =
      Pattern.compile("(?<=\\p{L})(?=n't\\b)|(?<=[\\p{L}\\p{N}])(?='(?:s|m|d|ll|re|ve)\\b)");
  private static final Pattern COMPOUND =
      Pattern.compile("\\b(?:(can)(not)|(gon)(na)|(wan)(na)|(got)(ta)|(gim)(me)|(lem)(me))\\b");
  private static final Pattern TOKEN =
      Pattern.compile(
          String.join(
              "|",
              "n't\\b",
              "'(?:s|m|d|ll|re|ve)\\b",
              "'\\d0s\\b",
              "\\b(?:\\p{L}\\.){2,}(?:\\p{L}\\b)?",
              "\\b(?:mrs?|ms|dr|st|mt|rd|jr|sr|vs|etc|prof|inc|co|ltd|corp|ave|blvd)\\.(?![\\p{L}\\p{N}])",
              "\\bo'\\p{L}+",
              "[#@]\\p{L}+",
              "\\d+:\\d\\d(?=[ap]m\\b)",
              "\\.?\\d+(?:[.,:/-]\\d+)*(?!-?[\\p{L}\\p{N}])",
              "[\\p{L}\\p{N}]\\p{M}*(?:[\\p{L}\\p{N}\\p{M}]|[-._@/](?=[\\p{L}\\p{N}]))*",
              "[(){}\\[\\]]",
              "[&%#@*/\\\\_]|[\\p{S}&&[^`]]"));
  private static final Map<String, String> BRACKETS =
      Map.of("(", "-lrb-", ")", "-rrb-", "[", "-lsb-", "]", "-rsb-", "{", "-lcb-", "}", "-rcb-");

  private CaptionTokenizer() {}

  /**
   * Splits a caption. Splitting the words again, joined by blanks, changes nothing unless the
   * caption holds brackets.
   *
   * @param caption any text
   * @return the words in order, lower-cased, without punctuation; empty if there is none; immutable
   */
  public static List<String> tokenize(String caption) {
    String text = caption.toLowerCase(Locale.ROOT).replace('\u2019', '\'');
    text = CLITIC.matcher(text).replaceAll(" ");
    text = COMPOUND.matcher(text).replaceAll("$1$3$5$7$9$11 $2$4$6$8$10$12");
    List<String> words = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      words.add(BRACKETS.getOrDefault(matcher.group(), matcher.group()));
    }
    return List.copyOf(words);
  }
}
