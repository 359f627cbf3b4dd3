package io.github.close4j.examples.scenes;

import io.github.close4j.examples.scenes.SceneContent.Figure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Finds the contents that differ from another in one thing that captions tell. */
final class Neighbours {
  private Neighbours() {}

  /**
   * Returns the neighbours by kind of change, leaving out the kinds that have none: another colour
   * of one object, another shape of one object, objects or colours exchanged, another relation,
   * another count. The equal objects of a group change together.
   */
  static List<List<SceneContent>> byKind(SceneContent content) {
    return Stream.of(
            recoloured(content),
            reshaped(content),
            exchanged(content),
            relatedOtherwise(content),
            recounted(content))
        .map(kind -> kind.filter(SceneContent::isPossible).filter(c -> !c.equals(content)).toList())
        .filter(kind -> !kind.isEmpty())
        .toList();
  }

  private static Stream<SceneContent> recoloured(SceneContent content) {
    return Stream.of(Colour.values())
        .flatMap(colour -> changed(content, f -> new Figure(f.shape(), colour, f.size())));
  }

  private static Stream<SceneContent> reshaped(SceneContent content) {
    return Stream.of(Shape.values())
        .flatMap(shape -> changed(content, f -> new Figure(shape, f.colour(), f.size())));
  }

  private static Stream<SceneContent> changed(SceneContent content, UnaryOperator<Figure> change) {
    List<Figure> figures = content.figures();
    if (content.layout() == Layout.GROUP) {
      return Stream.of(with(content, figures.stream().map(change).toList()));
    }
    List<SceneContent> results = new ArrayList<>();
    for (int i = 0; i < figures.size(); i++) {
      List<Figure> others = new ArrayList<>(figures);
      others.set(i, change.apply(figures.get(i)));
      results.add(with(content, others));
    }
    return results.stream();
  }

  /** Exchanges the two objects, or their colours alone. Sizes stay with their role when nested. */
  private static Stream<SceneContent> exchanged(SceneContent content) {
    if (content.layout() != Layout.RELATION) {
      return Stream.empty();
    }
    Figure a = content.figures().get(0);
    Figure b = content.figures().get(1);
    boolean nested = content.relation() == Relation.INSIDE;
    Figure first = new Figure(b.shape(), b.colour(), nested ? a.size() : b.size());
    Figure second = new Figure(a.shape(), a.colour(), nested ? b.size() : a.size());
    return Stream.of(
        with(content, List.of(first, second)),
        with(
            content,
            List.of(
                new Figure(a.shape(), b.colour(), a.size()),
                new Figure(b.shape(), a.colour(), b.size()))));
  }

  private static Stream<SceneContent> relatedOtherwise(SceneContent content) {
    if (content.layout() != Layout.RELATION) {
      return Stream.empty();
    }
    return Stream.of(Relation.values())
        .map(relation -> new SceneContent(Layout.RELATION, relation, content.figures()));
  }

  private static Stream<SceneContent> recounted(SceneContent content) {
    if (content.layout() != Layout.GROUP) {
      return Stream.empty();
    }
    Figure figure = content.figures().get(0);
    return Stream.of(2, 3, Scene.MAX_OBJECTS)
        .map(count -> with(content, Collections.nCopies(count, figure)));
  }

  private static SceneContent with(SceneContent content, List<Figure> figures) {
    return new SceneContent(content.layout(), content.relation(), figures);
  }
}
