package io.github.close4j.examples.scenes;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes captions as different people could have written them.
 *
 * <p>A caption is a row of at most {@value #MAX_WORDS} words of the letters a to z, with one space
 * between words. It tells the colour and shape of each object it mentions, and its size in {@value
 * #SIZE_SHARE} of the mentions. Of the captions of two objects {@value #UNRELATED_SHARE} leave out
 * the relation or one of the objects. Everything a caption says is true.
 */
public final class CaptionWriter {
  /** The most words in a caption. */
  public static final int MAX_WORDS = 20;

  /** The most captions that {@link #captions} writes for one scene. */
  public static final int MAX_CAPTIONS = 20;

  private static final double SIZE_SHARE = 0.35;
  private static final double UNRELATED_SHARE = 0.1;
  private static final String VOWELS = "aeiou";
  private static final Splitter WORDS = Splitter.on(' ');
  private static final SortedSet<String> VOCABULARY = collectVocabulary();

  private CaptionWriter() {}

  /**
   * Writes captions of a scene, no two of them equal.
   *
   * @param scene the scene
   * @param count how many captions, 1 to {@value #MAX_CAPTIONS}
   * @param random draws templates and words; equal states give equal captions
   * @return the captions; immutable
   * @throws IllegalArgumentException if the count is out of range
   */
  public static List<String> captions(Scene scene, int count, SplittableRandom random) {
    if (count < 1 || count > MAX_CAPTIONS) {
      throw new IllegalArgumentException(
          "count: expected 1 to %d, found %d".formatted(MAX_CAPTIONS, count));
    }
    List<String> templates = Chance.shuffled(templates(scene), random);
    boolean related = scene.layout() == Layout.RELATION;
    Set<String> captions = new LinkedHashSet<>();
    for (int i = 0; captions.size() < count; i++) {
      String template =
          related && Chance.happens(UNRELATED_SHARE, random)
              ? Chance.pick(CaptionGrammar.UNRELATED, random)
              : templates.get(i % templates.size());
      captions.add(fill(template, scene.objects(), random));
    }
    return List.copyOf(captions);
  }

  /**
   * Returns every word that a caption can hold.
   *
   * @return the words of the grammar, sorted; unmodifiable
   */
  public static SortedSet<String> vocabulary() {
    return VOCABULARY;
  }

  private static List<String> templates(Scene scene) {
    return switch (scene.layout()) {
      case SINGLE -> CaptionGrammar.SINGLE;
      case RELATION -> scene.byRelation(CaptionGrammar.RELATION);
      case GROUP -> {
        List<String> templates = new ArrayList<>(CaptionGrammar.GROUP);
        templates.addAll(
            CaptionGrammar.GROUP_OF_COUNT.getOrDefault(scene.objects().size(), List.of()));
        yield templates;
      }
    };
  }

  private static String fill(String template, List<SceneObject> objects, SplittableRandom random) {
    return WORDS
        .splitToStream(template)
        .map(word -> fillSlot(word, objects, random))
        .collect(Collectors.joining(" "));
  }

  private static String fillSlot(String word, List<SceneObject> objects, SplittableRandom random) {
    return switch (word) {
      case CaptionGrammar.FIRST -> withArticle(singular(objects.get(0), random));
      case CaptionGrammar.SECOND -> withArticle(singular(objects.get(1), random));
      case CaptionGrammar.BARE -> singular(objects.get(0), random);
      case CaptionGrammar.SEVERAL ->
          phrase(objects.get(0), objects.get(0).shape().plurals(), random);
      case CaptionGrammar.NUMBER -> CaptionGrammar.COUNTS.get(objects.size() - 2);
      default -> word;
    };
  }

  private static String singular(SceneObject object, SplittableRandom random) {
    return phrase(object, object.shape().words(), random);
  }

  private static String phrase(SceneObject object, List<String> nouns, SplittableRandom random) {
    String size =
        Chance.happens(SIZE_SHARE, random) ? Chance.word(object.size().words(), random) + " " : "";
    return size + Chance.word(object.colour().words(), random) + " " + Chance.word(nouns, random);
  }

  static String withArticle(String phrase) {
    return (VOWELS.indexOf(phrase.charAt(0)) >= 0 ? "an " : "a ") + phrase;
  }

  private static SortedSet<String> collectVocabulary() {
    SortedSet<String> words = new TreeSet<>(Set.of("a", "an"));
    CaptionGrammar.allTemplates().stream()
        .flatMap(List::stream)
        .flatMap(WORDS::splitToStream)
        .filter(word -> !Character.isUpperCase(word.charAt(0)))
        .forEach(words::add);
    words.addAll(CaptionGrammar.COUNTS);
    Stream.of(Colour.values()).map(Colour::words).forEach(words::addAll);
    Stream.of(Size.values()).map(Size::words).forEach(words::addAll);
    Stream.of(Shape.values()).map(Shape::words).forEach(words::addAll);
    Stream.of(Shape.values()).map(Shape::plurals).forEach(words::addAll);
    return Collections.unmodifiableSortedSet(words);
  }
}
