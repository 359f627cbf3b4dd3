package io.github.close4j.examples.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;

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

  /** A kind of object, by all that claims say of it. */
  private record Kind(Shape shape, Colour colour) {
    static Kind of(SceneObject object) {
      return new Kind(object.shape(), object.colour());
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
    SortedSet<String> words = new TreeSet<>(List.of("is", "are", "there", "the"));
    RELATIONS.values().forEach(pair -> pair.forEach(text -> words.addAll(wordsOf(text))));
    UNSEEN.forEach(text -> words.addAll(wordsOf(text)));
    return words;
  }

  static List<String> wordsOf(String text) {
    return List.of(text.split(" "));
  }

  /** A claim that the picture decides: what there is, how many, or how two objects stand. */
  static SceneClaim seen(Scene scene, boolean isTrue, SplittableRandom random) {
    boolean ofRelation = scene.layout() == Layout.RELATION && random.nextBoolean();
    return ofRelation ? relation(scene, isTrue, random) : existence(scene, isTrue, random);
  }

  /** A claim that no picture decides, of objects in the scene or of objects that it lacks. */
  static SceneClaim unseen(Scene scene, boolean objectsAreThere, SplittableRandom random) {
    SceneObject object = Chance.pick(scene.objects(), random);
    Kind kind = objectsAreThere ? Kind.of(object) : absent(scene, object, random);
    boolean plural = scene.layout() == Layout.GROUP;
    String subject = "the " + (plural ? plural(kind) : singular(kind));
    return new SceneClaim(plural ? "are" : "is", subject, Chance.pick(UNSEEN, random));
  }

  private static SceneClaim relation(Scene scene, boolean isTrue, SplittableRandom random) {
    boolean fromFirst = random.nextBoolean();
    Kind subject = Kind.of(scene.objects().get(fromFirst ? 0 : 1));
    Kind other = Kind.of(scene.objects().get(fromFirst ? 1 : 0));
    String words = RELATIONS.get(scene.relation()).get(fromFirst == isTrue ? 0 : 1);
    return new SceneClaim("is", "the " + singular(subject), words + " the " + singular(other));
  }

  private static SceneClaim existence(Scene scene, boolean isTrue, SplittableRandom random) {
    SceneObject object = Chance.pick(scene.objects(), random);
    if (scene.layout() != Layout.GROUP) {
      Kind kind = isTrue ? Kind.of(object) : absent(scene, object, random);
      return new SceneClaim("is", "there", CaptionWriter.withArticle(singular(kind)));
    }
    boolean wrongCount = !isTrue && random.nextBoolean();
    Kind kind = isTrue || wrongCount ? Kind.of(object) : absent(scene, object, random);
    String right = CaptionGrammar.COUNTS.get(scene.objects().size() - 2);
    List<String> wrong = new ArrayList<>(CaptionGrammar.COUNTS);
    wrong.remove(right);
    String number = wrongCount ? Chance.pick(wrong, random) : right;
    return new SceneClaim("are", "there", number + " " + plural(kind));
  }

  /** A kind that the scene lacks and that differs from one object's in shape or colour alone. */
  private static Kind absent(Scene scene, SceneObject object, SplittableRandom random) {
    List<Kind> present = scene.objects().stream().map(Kind::of).toList();
    Kind kind;
    do {
      kind =
          random.nextBoolean()
              ? new Kind(Chance.pick(Shape.values(), random), object.colour())
              : new Kind(object.shape(), Chance.pick(Colour.values(), random));
    } while (present.contains(kind));
    return kind;
  }

  private static String singular(Kind kind) {
    return plain(kind.colour().words()) + " " + plain(kind.shape().words());
  }

  private static String plural(Kind kind) {
    return plain(kind.colour().words()) + " " + plain(kind.shape().plurals());
  }

  /** Captions have the synonyms; so whether a claim is true is not only whether words return. */
  private static String plain(List<String> words) {
    return words.get(0);
  }
}
