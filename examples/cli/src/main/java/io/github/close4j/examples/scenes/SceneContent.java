package io.github.close4j.examples.scenes;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What captions can tell of a scene: all but positions and look. */
record SceneContent(Layout layout, @Nullable Relation relation, List<Figure> figures) {

  /** What captions can tell of one object. */
  record Figure(Shape shape, Colour colour, Size size) {}

  SceneContent {
    figures = List.copyOf(figures);
  }

  static SceneContent of(Scene scene) {
    List<Figure> figures =
        scene.objects().stream()
            .map(object -> new Figure(object.shape(), object.colour(), object.size()))
            .toList();
    return new SceneContent(scene.layout(), scene.relation(), figures);
  }

  /** Tells whether the world has such a scene. */
  boolean isPossible() {
    if (layout != Layout.RELATION) {
      return true;
    }
    Figure first = figures.get(0);
    Figure second = figures.get(1);
    boolean canBeInside =
        first.size() == Size.SMALL && second.size() == Size.BIG && second.shape().canHold();
    return first.colour() != second.colour() && (relation != Relation.INSIDE || canBeInside);
  }

  /** Names the combination by which scenes are split: the content without sizes. */
  String combination() {
    StringBuilder name = new StringBuilder(layout.name());
    if (relation != null) {
      name.append(' ').append(relation.name());
    }
    for (Figure figure : figures) {
      name.append(' ').append(figure.colour().name()).append(' ').append(figure.shape().name());
    }
    return name.toString();
  }
}
