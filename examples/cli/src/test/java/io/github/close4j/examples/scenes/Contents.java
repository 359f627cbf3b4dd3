package io.github.close4j.examples.scenes;

import io.github.close4j.examples.scenes.SceneContent.Figure;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Every content of the world, listed independently of the generator. */
final class Contents {
  private static final List<Figure> FIGURES =
      Stream.of(Shape.values())
          .flatMap(
              shape ->
                  Stream.of(Colour.values())
                      .flatMap(
                          colour ->
                              Stream.of(Size.values())
                                  .map(size -> new Figure(shape, colour, size))))
          .toList();

  private Contents() {}

  static List<SceneContent> all() {
    return Stream.of(Layout.values()).flatMap(layout -> of(layout).stream()).toList();
  }

  static List<SceneContent> of(Layout layout) {
    return switch (layout) {
      case SINGLE -> FIGURES.stream().map(f -> new SceneContent(layout, null, List.of(f))).toList();
      case GROUP ->
          FIGURES.stream()
              .flatMap(f -> IntStream.rangeClosed(2, 4).mapToObj(n -> Collections.nCopies(n, f)))
              .map(figures -> new SceneContent(layout, null, figures))
              .toList();
      case RELATION -> Stream.of(Relation.values()).flatMap(Contents::related).toList();
    };
  }

  private static Stream<SceneContent> related(Relation relation) {
    return FIGURES.stream()
        .flatMap(
            first ->
                FIGURES.stream()
                    .filter(second -> first.colour() != second.colour())
                    .filter(second -> relation != Relation.INSIDE || nests(first, second))
                    .map(
                        second ->
                            new SceneContent(Layout.RELATION, relation, List.of(first, second))));
  }

  private static boolean nests(Figure inner, Figure outer) {
    return inner.size() == Size.SMALL
        && outer.size() == Size.BIG
        && List.of(Shape.CIRCLE, Shape.SQUARE, Shape.HEART).contains(outer.shape());
  }
}
