package io.github.close4j.examples.scenes;

import static io.github.close4j.examples.scenes.Chance.around;

import io.github.close4j.examples.scenes.SceneContent.Figure;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Gives the figures of a scene their places in the picture. */
final class Placement {
  private static final double MIDDLE = SceneRenderer.PICTURE_SIZE / 2.0;

  /** The centres of the picture's left and right (upper and lower) halves. */
  private static final double[] HALVES = {MIDDLE - 15.5, MIDDLE + 15.5};

  private static final double JITTER = 2;

  private Placement() {}

  static Scene place(SceneContent content, SplittableRandom random) {
    List<SceneObject> objects =
        switch (content.layout()) {
          case SINGLE -> single(content.figures().get(0), random);
          case RELATION -> related(content, random);
          case GROUP -> group(content.figures(), random);
        };
    return new Scene(content.layout(), objects, content.relation(), random.nextLong());
  }

  private static List<SceneObject> single(Figure figure, SplittableRandom random) {
    return List.of(at(figure, around(MIDDLE, 14, random), around(MIDDLE, 14, random), random));
  }

  private static List<SceneObject> related(SceneContent content, SplittableRandom random) {
    Figure first = content.figures().get(0);
    Figure second = content.figures().get(1);
    if (content.relation() == Relation.INSIDE) {
      return nested(first, second, random);
    }
    double before = around(HALVES[0], JITTER, random);
    double after = around(HALVES[1], JITTER, random);
    double across = around(MIDDLE, 9, random);
    double acrossToo = around(across, 5, random);
    return content.relation() == Relation.LEFT_OF
        ? List.of(at(first, before, across, random), at(second, after, acrossToo, random))
        : List.of(at(first, across, before, random), at(second, acrossToo, after, random));
  }

  private static List<SceneObject> nested(Figure inner, Figure outer, SplittableRandom random) {
    double x = around(MIDDLE, 6, random);
    double y = around(MIDDLE, 6, random);
    double innerX = around(x, 1.5, random);
    double innerY = around(y, 1.5, random);
    return List.of(
        sized(inner, innerX, innerY, around(7, 0.6, random)),
        sized(outer, x, y, around(23, 1.5, random)));
  }

  private static List<SceneObject> group(List<Figure> figures, SplittableRandom random) {
    List<Integer> quarters = Chance.shuffled(List.of(0, 1, 2, 3), random);
    return IntStream.range(0, figures.size())
        .mapToObj(
            i -> {
              double x = around(HALVES[quarters.get(i) % 2], JITTER, random);
              double y = around(HALVES[quarters.get(i) / 2], JITTER, random);
              return at(figures.get(i), x, y, random);
            })
        .toList();
  }

  private static SceneObject at(Figure figure, double x, double y, SplittableRandom random) {
    double radius = figure.size() == Size.SMALL ? around(8, 0.7, random) : around(13, 0.9, random);
    return sized(figure, x, y, radius);
  }

  private static SceneObject sized(Figure figure, double x, double y, double radius) {
    return new SceneObject(figure.shape(), figure.colour(), figure.size(), x, y, radius);
  }
}
