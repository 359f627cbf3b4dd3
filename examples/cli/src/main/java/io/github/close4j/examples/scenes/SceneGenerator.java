package io.github.close4j.examples.scenes;

import io.github.close4j.examples.scenes.SceneContent.Figure;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Draws scenes of one {@link Split}: a quarter single objects, half relations, a quarter groups.
 *
 * <p>Equal seeds give equal scenes for equal calls. Not safe for use by several threads.
 */
public final class SceneGenerator {
  private final Split split;
  private final SplittableRandom random;

  /**
   * Creates a generator.
   *
   * @param seed the seed of all it draws
   * @param split the only part of the world it draws from
   */
  public SceneGenerator(long seed, Split split) {
    this.split = split;
    this.random = new SplittableRandom(seed);
  }

  /**
   * Draws the next scene.
   *
   * @return a scene of this generator's split
   */
  public Scene next() {
    // The layout is drawn once: the layouts' shares must not depend on how the split fell.
    Layout layout = drawLayout();
    SceneContent content;
    do {
      content = drawContent(layout);
    } while (Split.of(content) != split);
    return Placement.place(content, random);
  }

  /**
   * Draws the next scenes.
   *
   * @param count how many, not negative
   * @return the scenes in the order of as many calls of {@link #next()}; immutable
   * @throws IllegalArgumentException if the count is negative
   */
  public List<Scene> take(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count: expected 0 or more, found " + count);
    }
    return Stream.generate(this::next).limit(count).toList();
  }

  /**
   * Draws a scene that differs from another in one thing that captions tell, as a hard negative for
   * contrastive training.
   *
   * <p>The kind of change is drawn first: one object's colour; one object's shape; the two objects,
   * or their colours, exchanged; the relation; the count of a group. The equal objects of a group
   * change together, and of two nested objects the inner remains the small one. Places and look are
   * new. {@link Split#TRAIN} always has such a scene; where the sparse other splits have none, the
   * twin differs in two things.
   *
   * @param scene a scene of this generator's split
   * @return another scene of the same split
   * @throws IllegalArgumentException if the scene is of another split
   */
  public Scene twin(Scene scene) {
    SceneContent content = SceneContent.of(scene);
    if (Split.of(content) != split) {
      throw new IllegalArgumentException(
          "scene: expected one of %s, found one of %s".formatted(split, Split.of(content)));
    }
    return Placement.place(drawNeighbour(content), random);
  }

  private SceneContent drawNeighbour(SceneContent content) {
    List<List<SceneContent>> kinds = Neighbours.byKind(content);
    for (List<SceneContent> kind : Chance.shuffled(kinds, random)) {
      List<SceneContent> ofSplit = kind.stream().filter(c -> Split.of(c) == split).toList();
      if (!ofSplit.isEmpty()) {
        return Chance.pick(ofSplit, random);
      }
    }
    List<SceneContent> secondRing =
        kinds.stream()
            .flatMap(List::stream)
            .flatMap(neighbour -> Neighbours.byKind(neighbour).stream().flatMap(List::stream))
            .filter(c -> Split.of(c) == split && !c.equals(content))
            .toList();
    return Chance.pick(secondRing, random);
  }

  private Layout drawLayout() {
    return switch (random.nextInt(4)) {
      case 0 -> Layout.SINGLE;
      case 1 -> Layout.GROUP;
      default -> Layout.RELATION;
    };
  }

  private SceneContent drawContent(Layout layout) {
    return switch (layout) {
      case SINGLE -> new SceneContent(layout, null, List.of(drawFigure()));
      case RELATION -> drawRelated();
      case GROUP -> {
        int count = 2 + random.nextInt(Scene.MAX_OBJECTS - 1);
        yield new SceneContent(layout, null, Collections.nCopies(count, drawFigure()));
      }
    };
  }

  private SceneContent drawRelated() {
    // As with the layout, the relation's share must not depend on how often it is impossible.
    Relation relation = Chance.pick(Relation.values(), random);
    SceneContent content;
    do {
      Figure first = drawFigure();
      Figure second = drawFigure();
      if (relation == Relation.INSIDE) {
        first = new Figure(first.shape(), first.colour(), Size.SMALL);
        second = new Figure(second.shape(), second.colour(), Size.BIG);
      }
      content = new SceneContent(Layout.RELATION, relation, List.of(first, second));
    } while (!content.isPossible());
    return content;
  }

  private Figure drawFigure() {
    return new Figure(
        Chance.pick(Shape.values(), random),
        Chance.pick(Colour.values(), random),
        Chance.pick(Size.values(), random));
  }
}
