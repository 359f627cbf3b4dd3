package io.github.close4j.training.internal.loop;

import com.google.common.collect.LinkedHashMultiset;
import com.google.common.collect.Multiset;
import com.google.common.collect.Multisets;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import io.github.close4j.training.TrainingExample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Refuses to train on texts whose words a tokenizer does not know. All of them are one token, so
 * that a model would learn to say that token.
 *
 * <p>Found shares: T5's tokenizer on English, German, French and Italian below 0.02%, on captions
 * with an emoji each 6%, on Spanish and Portuguese 6 to 10%, on Polish, Czech and Vietnamese 13 to
 * 15%, on other scripts 25 to 50%; that of the built-in model of scenes, which knows 80 words, on
 * captions of photographs 61 to 69%, on its own none.
 */
public final class UnknownTokens {
  /** A caption has ten tokens or more: above this share none of them is whole. */
  static final double MOST = 0.1;

  /** A share of a tenth is then known to one part in a hundred. */
  private static final int EXAMPLES_LOOKED_AT = 2000;

  private static final int WORDS_SHOWN = 8;
  private static final int LONGEST_SHOWN = 24;
  private static final int WORDS_LOOKED_AT = 2000;
  private static final int LONGEST_TEXT = 512;
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private UnknownTokens() {}

  /**
   * Refuses what T5 says and reads and what CLIP reads, each by its tokenizer.
   *
   * @param clip CLIP's tokenizer, or null if CLIP reads nothing
   * @throws IllegalArgumentException if one of them does not know more than {@link #MOST} of the
   *     tokens
   */
  public static void refuse(List<TrainingExample> examples, Path t5, @Nullable Path clip) {
    refuse(examples, UnknownTokens::targets, "what T5 is to say", t5);
    refuse(examples, UnknownTokens::text, "what T5 reads", t5);
    if (clip != null) {
      refuse(examples, TrainingExample::clipTexts, "what CLIP reads", clip);
    }
  }

  /**
   * Refuses texts that a tokenizer does not know; of many, some are looked at.
   *
   * @param examples what is learned
   * @param side which texts of an example the tokenizer reads
   * @param name what these texts are, for the message
   * @param file the tokenizer
   * @throws IllegalArgumentException if it does not know more than {@link #MOST} of their tokens
   */
  static void refuse(
      List<TrainingExample> examples,
      Function<TrainingExample, Collection<String>> side,
      String name,
      Path file) {
    List<String> texts = some(examples).stream().flatMap(e -> side.apply(e).stream()).toList();
    if (texts.isEmpty()) {
      return;
    }
    try (TextTokenizer tokenizer = TextTokenizer.open(file, LONGEST_TEXT)) {
      OptionalLong unknown = unknownId(tokenizer);
      if (unknown.isEmpty()) {
        return;
      }
      int around = tokenizer.encode("").length;
      long all = 0;
      long notKnown = 0;
      for (long[] ids : tokenizer.encode(texts)) {
        all += ids.length - around;
        notKnown += count(ids, unknown.getAsLong());
      }
      if (notKnown > all * MOST) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: expected at most %.0f%% of tokens that %s does not know, found %.1f%%, such as"
                    + " %s; start from a CLIP and a T5 that know these words"
                    + " (CaptionTrainer.from(clip, t5), or --clip and --t5)",
                name,
                100 * MOST,
                file,
                100.0 * notKnown / all,
                words(texts, tokenizer, unknown.getAsLong())));
      }
    }
  }

  /** What T5 is to say, as it is trained on. */
  static Collection<String> targets(TrainingExample example) {
    return example.targets().stream().map(target -> target.toLowerCase(Locale.ROOT)).toList();
  }

  /** What T5 reads beside the vector. */
  static Collection<String> text(TrainingExample example) {
    return Stream.ofNullable(example.text()).toList();
  }

  /** Examples from all parts of a corpus, which may be sorted. */
  private static List<TrainingExample> some(List<TrainingExample> examples) {
    int count = Math.min(examples.size(), EXAMPLES_LOOKED_AT);
    return IntStream.range(0, count)
        .mapToObj(i -> examples.get((int) ((long) i * examples.size() / count)))
        .toList();
  }

  private static long count(long[] ids, long wanted) {
    return Arrays.stream(ids).filter(id -> id == wanted).count();
  }

  /**
   * The token that stands for all that a tokenizer does not know. Two characters that no language
   * uses are told apart by a tokenizer that knows every byte, as CLIP's does, and by no other.
   */
  private static OptionalLong unknownId(TextTokenizer tokenizer) {
    OptionalLong one = lastId(tokenizer, "\ue000");
    return one.equals(lastId(tokenizer, "\uf8ff")) ? one : OptionalLong.empty();
  }

  /** The token of a text's end, before those that end every text. */
  private static OptionalLong lastId(TextTokenizer tokenizer, String text) {
    long[] none = tokenizer.encode("");
    long[] ids = tokenizer.encode(text);
    int end = 0;
    while (end < Math.min(none.length, ids.length)
        && none[none.length - 1 - end] == ids[ids.length - 1 - end]) {
      end++;
    }
    return ids.length > none.length
        ? OptionalLong.of(ids[ids.length - 1 - end])
        : OptionalLong.empty();
  }

  /** The words that are met most often of those that are not known, to be shown. */
  private static String words(List<String> texts, TextTokenizer tokenizer, long unknown) {
    Multiset<String> words = LinkedHashMultiset.create();
    texts.forEach(text -> words.addAll(List.of(BLANKS.split(text.strip()))));
    List<String> frequent =
        Multisets.copyHighestCountFirst(words).elementSet().stream()
            .limit(WORDS_LOOKED_AT)
            .toList();
    List<long[]> encoded = tokenizer.encode(frequent);
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < frequent.size() && shown.size() < WORDS_SHOWN; i++) {
      if (count(encoded.get(i), unknown) > 0) {
        shown.add("'" + shortened(frequent.get(i)) + "'");
      }
    }
    return String.join(", ", shown);
  }

  private static String shortened(String word) {
    return word.codePointCount(0, word.length()) <= LONGEST_SHOWN
        ? word
        : word.substring(0, word.offsetByCodePoints(0, LONGEST_SHOWN)) + "…";
  }
}
