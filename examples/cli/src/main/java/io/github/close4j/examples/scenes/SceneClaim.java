package io.github.close4j.examples.scenes;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A claim about a scene, to be said as a statement or asked as a question.
 *
 * @param verb "is" or "are"
 * @param subject what stands after the verb in a question: "there", "the red star"
 * @param rest what is claimed of the subject
 */
record SceneClaim(String verb, String subject, String rest) {

  /** Relations as claims state them: seen from the first object, then from the second. */
  static final Map<Relation, List<String>> RELATIONS =
      Map.of(
          Relation.LEFT_OF, List.of("left of", "right of"),
          Relation.ABOVE, List.of("above", "below"),
          Relation.INSIDE, List.of("inside", "around"));

  /** Properties that no picture of this world shows and no caption tells. */
  private static final List<String> UNSEEN =
      List.of("heavy", "cheap", "cold", "made of paper", "made of glass", "for sale", "brand new");

  /** Of groups, one claim in so many tells their number. */
  private static final int CLAIMS_ON_GROUPS = 3;

  /** The words for one object and for several of a shape or of a colour. */
  private record Noun(String singular, String plural) {
    static Noun of(Shape shape) {
      return new Noun(plain(shape.words()), plain(shape.plurals()));
    }

    static Noun of(Colour colour) {
      return new Noun(plain(colour.words()) + " thing", plain(colour.words()) + " things");
    }
  }

  String statement() {
    return String.join(" ", subject, verb, rest);
  }

  String question() {
    return String.join(" ", verb, subject, rest);
  }

  /** Every word that {@link #statement} and {@link #question} can hold beside those of captions. */
  static SortedSet<String> vocabulary() {
    SortedSet<String> words =
        new TreeSet<>(List.of("is", "are", "there", "the", "thing", "things"));
    RELATIONS.values().forEach(pair -> pair.forEach(text -> words.addAll(wordsOf(text))));
    UNSEEN.forEach(text -> words.addAll(wordsOf(text)));
    return words;
  }

  static List<String> wordsOf(String text) {
    return List.of(text.split(" "));
  }

  /** A claim that the picture decides: that it shows a shape or a colour, or how many things. */
  static SceneClaim seen(Scene scene, boolean isTrue, SplittableRandom random) {
    if (scene.layout() != Layout.GROUP) {
      String noun = noun(scene, isTrue, random).singular();
      return new SceneClaim("is", "there", CaptionWriter.withArticle(noun));
    }
    boolean counts = random.nextInt(CLAIMS_ON_GROUPS) == 0;
    String rest =
        counts ? number(scene, isTrue, random) + " things" : noun(scene, isTrue, random).plural();
    return new SceneClaim("are", "there", rest);
  }

  /** A claim that no picture decides, of objects in the scene or of objects that it lacks. */
  static SceneClaim unseen(Scene scene, boolean objectsAreThere, SplittableRandom random) {
    Noun noun = noun(scene, objectsAreThere, random);
    boolean plural = scene.layout() == Layout.GROUP;
    String subject = "the " + (plural ? noun.plural() : noun.singular());
    return new SceneClaim(plural ? "are" : "is", subject, Chance.pick(UNSEEN, random));
  }

  /** A shape or a colour that the scene has, or one that it lacks. */
  private static Noun noun(Scene scene, boolean isThere, SplittableRandom random) {
    return random.nextBoolean()
        ? Noun.of(pick(Shape.values(), SceneObject::shape, scene, isThere, random))
        : Noun.of(pick(Colour.values(), SceneObject::colour, scene, isThere, random));
  }

  private static <T> T pick(
      T[] all,
      Function<SceneObject, T> trait,
      Scene scene,
      boolean isThere,
      SplittableRandom random) {
    Set<T> there = scene.objects().stream().map(trait).collect(Collectors.toSet());
    return Chance.pick(
        Stream.of(all).filter(value -> there.contains(value) == isThere).toList(), random);
  }

  private static String number(Scene scene, boolean isTrue, SplittableRandom random) {
    String right = CaptionGrammar.COUNTS.get(scene.objects().size() - 2);
    List<String> wrong = CaptionGrammar.COUNTS.stream().filter(n -> !n.equals(right)).toList();
    return isTrue ? right : Chance.pick(wrong, random);
  }

  /** Captions have the synonyms; so whether a claim is true is not only whether words return. */
  private static String plain(List<String> words) {
    return words.get(0);
  }
}
