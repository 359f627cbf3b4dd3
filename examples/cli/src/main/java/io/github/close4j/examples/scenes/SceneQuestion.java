package io.github.close4j.examples.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;

/**
 * A question on a scene with its one answer, a word.
 *
 * @param kind what is asked for
 * @param question the question
 * @param answer the answer, a plain word and never its synonym
 */
public record SceneQuestion(Kind kind, String question, String answer) {

  /** What a question asks for. */
  public enum Kind {
    /** "what colour is the star". */
    COLOUR,
    /** "what shape is the red thing". */
    SHAPE,
    /** "how many red stars are there", of one object or a group. */
    COUNT,
    /** "where is the red star", of one of two objects; answered with "left", "below" and so on. */
    RELATION,
    /** "is there a red thing"; every other answer is no. */
    YES_NO
  }

  /** So that half of the questions or a little more are of this kind; in VQA v2, 38% are. */
  private static final int YES_NO_QUESTIONS = 2;

  private static final List<String> NUMBERS = List.of("one", "two", "three", "four");

  /**
   * Writes a question of each kind that suits a scene, and a second one to be answered by yes or
   * no.
   *
   * @param scene the scene
   * @param random draws objects and words; equal states give equal questions
   * @return four or five questions
   */
  public static List<SceneQuestion> draw(Scene scene, SplittableRandom random) {
    List<SceneQuestion> questions = new ArrayList<>();
    SceneObject object = Chance.pick(scene.objects(), random);
    boolean group = scene.layout() == Layout.GROUP;
    String verb = group ? "are" : "is";
    List<String> nouns = group ? object.shape().plurals() : object.shape().words();
    String colour = object.colour().words().get(0);
    String adjective = Chance.word(object.colour().words(), random);
    String noun = Chance.word(nouns, random);
    if (isOnlyShape(scene)) {
      questions.add(
          new SceneQuestion(Kind.COLOUR, "what colour %s the %s".formatted(verb, noun), colour));
    }
    questions.add(
        new SceneQuestion(
            Kind.SHAPE,
            "what shape %s the %s %s".formatted(verb, adjective, group ? "things" : "thing"),
            object.shape().words().get(0)));
    if (scene.layout() == Layout.RELATION) {
      int side = scene.objects().indexOf(object);
      String place = scene.byRelation(SceneClaim.RELATIONS).get(side);
      questions.add(
          new SceneQuestion(
              Kind.RELATION,
              "where is the %s %s".formatted(adjective, noun),
              SceneClaim.wordsOf(place).get(0)));
    } else {
      String plural = Chance.word(object.shape().plurals(), random);
      questions.add(
          new SceneQuestion(
              Kind.COUNT,
              "how many %s %s are there".formatted(adjective, plural),
              NUMBERS.get(scene.objects().size() - 1)));
    }
    for (int i = 0; i < YES_NO_QUESTIONS; i++) {
      boolean yes = random.nextBoolean();
      String question = SceneClaim.seen(scene, yes, random).question();
      questions.add(new SceneQuestion(Kind.YES_NO, question, yes ? "yes" : "no"));
    }
    return questions;
  }

  private static boolean isOnlyShape(Scene scene) {
    return scene.layout() != Layout.RELATION
        || scene.objects().get(0).shape() != scene.objects().get(1).shape();
  }

  /**
   * Returns the words of questions and answers that captions do not have.
   *
   * @return the words, sorted
   */
  public static SortedSet<String> vocabulary() {
    SortedSet<String> words = SceneClaim.vocabulary();
    words.addAll(SceneClaim.wordsOf("what colour shape thing things where how many yes no"));
    words.addAll(NUMBERS);
    return words;
  }
}
