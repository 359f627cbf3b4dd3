package io.github.close4j.examples.scenes;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The templates and number words of captions.
 *
 * <p>A template is a row of words and slots. Slots are capital letters: {@link #FIRST} and {@link
 * #SECOND} stand for an object with its article ("a big red star"), {@link #BARE} for one without,
 * {@link #SEVERAL} for the objects of a group ("red stars"), {@link #NUMBER} for their number.
 */
final class CaptionGrammar {
  static final String FIRST = "A";
  static final String SECOND = "B";
  static final String BARE = "S";
  static final String SEVERAL = "P";
  static final String NUMBER = "N";

  /** The numbers that captions state, by word. */
  static final Map<String, Integer> NUMBERS =
      Map.of("one", 1, "single", 1, "two", 2, "pair", 2, "three", 3, "trio", 3, "four", 4);

  /** The plain words of the counts that a group can have, from 2 on. */
  static final List<String> COUNTS = List.of("two", "three", "four");

  static final List<String> SINGLE =
      List.of(
          "A",
          "there is A",
          "a picture of A",
          "only A",
          "A alone",
          "we see A here",
          "one S",
          "a single S",
          "just one S");

  static final List<String> GROUP =
      List.of(
          "N P",
          "there are N P",
          "a picture of N P",
          "a group of N P",
          "we see N P here",
          "N P together",
          "just N P");

  /** Templates for groups of some counts, besides {@link #GROUP}. */
  static final Map<Integer, List<String>> GROUP_OF_COUNT =
      Map.of(
          2, List.of("a pair of P", "there is a pair of P"),
          3, List.of("a trio of P", "there is a trio of P"));

  static final Map<Relation, List<String>> RELATION =
      Map.of(
          Relation.LEFT_OF,
          List.of(
              "A to the left of B",
              "A left of B",
              "there is A to the left of B",
              "B to the right of A",
              "B right of A",
              "there is B to the right of A",
              "B with A on its left",
              "A with B on its right",
              "A on the left and B on the right",
              "B on the right and A on the left"),
          Relation.ABOVE,
          List.of(
              "A above B",
              "A over B",
              "there is A above B",
              "B below A",
              "B under A",
              "there is B below A",
              "B with A above it",
              "A with B below it",
              "A at the top and B at the bottom",
              "B at the bottom and A at the top"),
          Relation.INSIDE,
          List.of(
              "A inside B",
              "A within B",
              "there is A inside B",
              "A surrounded by B",
              "B around A",
              "there is B around A",
              "B with A inside it",
              "A with B around it",
              "B containing A",
              "B surrounding A"));

  /** Templates for two objects that leave out their relation or one of them. */
  static final List<String> UNRELATED =
      List.of(
          "A and B",
          "B and A",
          "there is A and B",
          "a picture of B and A",
          "A",
          "B",
          "there is A",
          "a picture of B");

  private CaptionGrammar() {}

  static List<List<String>> allTemplates() {
    return Stream.of(List.of(SINGLE, GROUP, UNRELATED), GROUP_OF_COUNT.values(), RELATION.values())
        .flatMap(Collection::stream)
        .toList();
  }
}
