package io.github.close4j.metric;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.CheckReturnValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Splits a caption into lower-case words in the manner of the Penn Treebank, without punctuation.
 *
 * <p>Clitics stand alone ({@code do n't}, {@code man 's}), words joined by hyphens or dots,
 * numbers, addresses and common abbreviations stay whole, and brackets become {@code -lrb-} and the
 * like, as in pycocoevalcap, whose list of punctuation to drop names them in upper case only. For
 * the same reason {@code !!} and {@code ??} stay, though {@code !} and {@code ?} go.
 *
 * <p>Source: the rules of the Treebank's tokenization and the observed results of {@code
 * pycocoevalcap/tokenizer/ptbtokenizer.py}, which starts Stanford CoreNLP 3.4.1 as a program. This
 * is a scanner of our own, {@link TokenScanner} with the rules of {@link TokenRule}, made to agree
 * with that program on what goes in and comes out; tests hold it to a file of odd captions and to
 * all 202 654 captions of COCO's val2014.
 *
 * <p>Differs from the reference: a caption's words never depend on another caption, where that
 * program reads on into the next line to tell whether a dot ends a sentence (3 captions of
 * val2014). A token with a no-break space in it, as that program writes mixed numbers ({@code 1
 * 1/2}), telephone numbers and tags, is two words here; BLEU and CIDEr of pycocoevalcap split it
 * again. Whatever ends a line is a blank here; there it would shift all captions that follow.
 */
final class CaptionTokenizer {
  /** What pycocoevalcap drops, as far as it can occur in lower case. */
  private static final Set<String> PUNCTUATION =
      ImmutableSet.of("''", "'", "``", "`", ".", "?", "!", ",", ":", "-", "--", "...", ";");

  private static final Map<String, String> WRITTEN_OTHERWISE =
      ImmutableMap.<String, String>builder()
          .put("(", "-lrb-")
          .put(")", "-rrb-")
          .put("[", "-lsb-")
          .put("]", "-rsb-")
          .put("{", "-lcb-")
          .put("}", "-rcb-")
          .put("\u00a2", "cents")
          .put("\u00a3", "#")
          .put("\u0080", "$")
          .put("\u00a4", "$")
          .put("\u20a0", "$")
          .put("\u20ac", "$")
          .put("\u00bc", "1/4")
          .put("\u00bd", "1/2")
          .put("\u00be", "3/4")
          .put("\u2153", "1/3")
          .put("\u2154", "2/3")
          .build();

  private static final Map<String, String> ENTITIES =
      ImmutableMap.<String, String>builder()
          .put("&amp;", "&")
          .put("&lt;", "<")
          .put("&gt;", ">")
          .put("&quot;", "''")
          .put("&nbsp;", "")
          .put("&NBSP;", "")
          .build();
  private static final Set<String> DASH_ENTITIES = ImmutableSet.of("&md;", "&mdash;", "&ndash;");

  private static final CharMatcher OPENING_DOUBLE = CharMatcher.anyOf("\u201c\u0093\u00ab");
  private static final CharMatcher CLOSING_DOUBLE = CharMatcher.anyOf("\u201d\u0094\u00bb");
  private static final CharMatcher OPENING = CharMatcher.anyOf("\u2018\u201b\u2039\u0091");
  private static final CharMatcher CLOSING = CharMatcher.anyOf("\u2019\u203a\u0092");
  private static final CharMatcher SOFT_HYPHEN = CharMatcher.is('\u00ad');

  /** Blanks within a token: those of a tag, and of numbers that belong together. */
  private static final Splitter PARTS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();

  private CaptionTokenizer() {}

  /**
   * Splits a caption.
   *
   * @return the words, immutable; empty if there are none
   */
  @CheckReturnValue
  static List<String> tokenize(String caption) {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    // An apostrophe may be written as an entity within a word too.
    TokenScanner scanner = new TokenScanner(caption.replace("&apos;", "'"));
    while (scanner.next()) {
      for (String part : PARTS.split(word(scanner.rule(), scanner.token()))) {
        if (!PUNCTUATION.contains(part)) {
          words.add(part);
        }
      }
    }
    return words.build();
  }

  /** How a token is written. */
  private static String word(TokenRule rule, String token) {
    String lower = token.toLowerCase(Locale.ROOT);
    return switch (rule) {
      case CHARACTER -> WRITTEN_OTHERWISE.getOrDefault(token, lower);
      case DROPPED, DASHES -> "";
      case ENTITY -> entity(token, lower);
      case CLITIC, NOT -> CLOSING.replaceFrom(OPENING.replaceFrom(lower, '`'), '\'');
      case QUOTES -> quotes(token);
      case SMILEY, FACE, PHONE -> lower.replace("(", "-lrb-").replace(")", "-rrb-");
      case TAG, ADDRESS, E_MAIL, HASH_TAG -> lower;
      default -> SOFT_HYPHEN.removeFrom(lower).replace("&amp;", "&");
    };
  }

  private static String entity(String token, String lower) {
    if (DASH_ENTITIES.contains(lower)) {
      return "";
    }
    String sign = lower.equals("&quot;") ? ENTITIES.get(token) : ENTITIES.get(lower);
    return sign == null ? lower : sign;
  }

  private static String quotes(String token) {
    String single = CLOSING.replaceFrom(OPENING.replaceFrom(token, '`'), '\'');
    return CLOSING_DOUBLE.replaceFrom(OPENING_DOUBLE.replaceFrom(single, "``"), "''");
  }
}
