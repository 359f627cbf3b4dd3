package io.github.close4j.examples.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Pieces of words, learned from texts: byte-pair encoding (Sennrich, Haddow and Birch, ACL 2016)
 * over small letters, digits and the apostrophe; all else is a space. The pair of neighbours that
 * is most frequent becomes a piece, again and again; among equally frequent ones that whose pieces
 * are older, as in Hugging Face's trainer.
 *
 * @param tokens {@code <pad>}, {@code </s>}, {@code <unk>}, the letters, then the pieces in the
 *     order in which they were learned
 * @param merges the two parts of each piece, in that order
 */
public record BytePairVocabulary(List<String> tokens, List<List<String>> merges) {
  /** Id of {@code <pad>}. */
  public static final int PAD = 0;

  /** Id of {@code </s>}, which stands after every text. */
  public static final int END = 1;

  /** Id of {@code <unk>}. */
  public static final int UNKNOWN = 2;

  private static final List<String> SPECIAL = List.of("<pad>", "</s>", "<unk>");

  /** Stands before each word in place of the space. */
  private static final String SPACE = "▁";

  private static final String LETTERS = "'0123456789abcdefghijklmnopqrstuvwxyz" + SPACE;
  private static final String OTHERS = "[^a-z0-9']+";
  private static final Pattern MARKS = Pattern.compile("\\p{Mn}+");

  /** Copies the lists. */
  public BytePairVocabulary {
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
  }

  /**
   * Learns a vocabulary.
   *
   * @param texts texts of any form
   * @param size most tokens that it may have
   * @return the vocabulary; smaller if every word is a piece before
   * @throws IllegalArgumentException if {@code size} leaves no room for the letters
   */
  public static BytePairVocabulary learn(Iterable<String> texts, int size) {
    int smallest = SPECIAL.size() + LETTERS.length();
    if (size < smallest) {
      throw new IllegalArgumentException(
          "size: expected at least %d, found %d".formatted(smallest, size));
    }
    Map<String, Integer> words = new TreeMap<>();
    for (String text : texts) {
      for (String word : plain(text).split(" ")) {
        if (!word.isEmpty()) {
          words.merge(word, 1, Integer::sum);
        }
      }
    }
    return new Learner(words).learn(size);
  }

  /**
   * A text as the tokenizer reads it.
   *
   * @param text any text
   * @return its words in small letters without accents, with one space between them
   */
  public static String plain(String text) {
    String decomposed = Normalizer.normalize(text, Normalizer.Form.NFD);
    String small = MARKS.matcher(decomposed).replaceAll("").toLowerCase(Locale.ROOT);
    return small.replaceAll(OTHERS, " ").strip();
  }

  /**
   * The tokenizer, for CLIP and for T5.
   *
   * @return a Hugging Face {@code tokenizer.json} document
   */
  public String document() {
    JsonObject model = TokenizerDocument.typed("BPE");
    model.addProperty("unk_token", tokens.get(UNKNOWN));
    JsonArray pairs = new JsonArray();
    merges.forEach(parts -> pairs.add(String.join(" ", parts)));
    model.add("merges", pairs);
    return new TokenizerDocument(tokens, List.of(PAD, END, UNKNOWN))
        .text(normalizer(), metaspace(), metaspace())
        .around(Optional.empty(), END)
        .with(model);
  }

  private static JsonObject normalizer() {
    JsonArray steps = new JsonArray();
    steps.add(TokenizerDocument.typed("NFD"));
    steps.add(TokenizerDocument.typed("StripAccents"));
    steps.add(TokenizerDocument.typed("Lowercase"));
    JsonObject others = TokenizerDocument.typed("Replace");
    JsonObject pattern = new JsonObject();
    pattern.addProperty("Regex", OTHERS);
    others.add("pattern", pattern);
    others.addProperty("content", " ");
    steps.add(others);
    JsonObject ends = TokenizerDocument.typed("Strip");
    ends.addProperty("strip_left", true);
    ends.addProperty("strip_right", true);
    steps.add(ends);
    JsonObject sequence = TokenizerDocument.typed("Sequence");
    sequence.add("normalizers", steps);
    return sequence;
  }

  private static JsonObject metaspace() {
    JsonObject metaspace = TokenizerDocument.typed("Metaspace");
    metaspace.addProperty("replacement", SPACE);
    metaspace.addProperty("prepend_scheme", "always");
    metaspace.addProperty("split", true);
    return metaspace;
  }

  /** Two neighbours, by their ids. */
  private record Pair(int left, int right) {}

  /** A pair and how often it stood in the texts when it was put into the queue. */
  private record Candidate(Pair pair, long count) {}

  /** A word as its pieces' ids. */
  private static final class Word {
    private final long count;
    private int[] pieces;

    private Word(int[] pieces, long count) {
      this.pieces = pieces;
      this.count = count;
    }

    private void join(Pair pair, int piece) {
      int[] joined = new int[pieces.length];
      int length = 0;
      for (int i = 0; i < pieces.length; i++) {
        boolean isPair =
            i + 1 < pieces.length && pieces[i] == pair.left && pieces[i + 1] == pair.right;
        joined[length++] = isPair ? piece : pieces[i];
        i += isPair ? 1 : 0;
      }
      pieces = Arrays.copyOf(joined, length);
    }
  }

  private static final class Learner {
    private static final Comparator<Candidate> MOST_FREQUENT_FIRST =
        Comparator.comparingLong(Candidate::count)
            .reversed()
            .thenComparingInt(candidate -> candidate.pair.left)
            .thenComparingInt(candidate -> candidate.pair.right);

    private final Map<String, Integer> ids = new HashMap<>();
    private final List<String> tokens = new ArrayList<>();
    private final List<List<String>> merges = new ArrayList<>();
    private final Map<Pair, Long> counts = new HashMap<>();
    private final Map<Pair, Set<Word>> places = new HashMap<>();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>(MOST_FREQUENT_FIRST);

    private Learner(Map<String, Integer> words) {
      SPECIAL.forEach(this::add);
      LETTERS.chars().forEach(letter -> add(Character.toString(letter)));
      words.forEach(
          (word, count) -> {
            int[] letters = (SPACE + word).chars().map(c -> id(Character.toString(c))).toArray();
            count(new Word(letters, count), 1);
          });
      counts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
    }

    private int id(String token) {
      Integer id = ids.get(token);
      if (id == null) {
        throw new IllegalStateException("expected a token '" + token + "', found none");
      }
      return id;
    }

    /** Two pairs can make the same piece. */
    private int add(String token) {
      return ids.computeIfAbsent(
          token,
          unknown -> {
            tokens.add(token);
            return tokens.size() - 1;
          });
    }

    /** Adds a word's pairs to the counts, or takes them away. */
    private void count(Word word, int sign) {
      for (int i = 0; i + 1 < word.pieces.length; i++) {
        Pair pair = new Pair(word.pieces[i], word.pieces[i + 1]);
        counts.merge(pair, sign * word.count, (a, b) -> a + b == 0 ? null : a + b);
        if (sign > 0) {
          places.computeIfAbsent(pair, unknown -> new LinkedHashSet<>()).add(word);
        }
      }
    }

    private BytePairVocabulary learn(int size) {
      while (tokens.size() < size) {
        Candidate best = queue.poll();
        if (best == null) {
          break;
        }
        long count = counts.getOrDefault(best.pair, 0L);
        if (count == best.count) {
          join(best.pair);
        } else if (count > 0) {
          queue.add(new Candidate(best.pair, count));
        }
      }
      return new BytePairVocabulary(tokens, merges);
    }

    private void join(Pair pair) {
      String left = tokens.get(pair.left);
      String right = tokens.get(pair.right);
      int piece = add(left + right);
      merges.add(List.of(left, right));
      Set<Pair> made = new LinkedHashSet<>();
      Set<Word> words = places.getOrDefault(pair, Set.of());
      places.remove(pair);
      for (Word word : words) {
        count(word, -1);
        word.join(pair, piece);
        count(word, 1);
        for (int i = 0; i + 1 < word.pieces.length; i++) {
          if (word.pieces[i] == piece || word.pieces[i + 1] == piece) {
            made.add(new Pair(word.pieces[i], word.pieces[i + 1]));
          }
        }
      }
      counts.remove(pair);
      for (Pair one : made) {
        Long count = counts.get(one);
        if (count != null) {
          queue.add(new Candidate(one, count));
        }
      }
    }
  }
}
