package io.github.close4j.examples.scenes;

import io.github.close4j.examples.scenes.SceneContent.Figure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Tells the fewest things that have to change to make one content into another. */
final class ToldChanges {
  private ToldChanges() {}

  static List<String> between(SceneContent before, SceneContent after) {
    if (before.layout() != after.layout()) {
      throw new AssertionError("layouts differ: " + before + ", " + after);
    }
    List<String> changes = new ArrayList<>();
    if (before.relation() != after.relation()) {
      changes.add("relation");
    }
    if (before.figures().size() != after.figures().size()) {
      changes.add("count");
    }
    changes.addAll(
        before.layout() == Layout.RELATION
            ? ofRelated(before, after)
            : ofFigure(before.figures().get(0), after.figures().get(0)));
    return changes;
  }

  private static List<String> ofRelated(SceneContent before, SceneContent after) {
    Figure a = before.figures().get(0);
    Figure b = before.figures().get(1);
    boolean nested = before.relation() == Relation.INSIDE;
    Figure first = nested ? new Figure(b.shape(), b.colour(), a.size()) : b;
    Figure second = nested ? new Figure(a.shape(), a.colour(), b.size()) : a;
    Figure firstTinted = new Figure(a.shape(), b.colour(), a.size());
    Figure secondTinted = new Figure(b.shape(), a.colour(), b.size());
    return Stream.of(
            ofBoth(List.of(), a, b, after),
            ofBoth(List.of("objects exchanged"), first, second, after),
            ofBoth(List.of("objects exchanged"), b, a, after),
            ofBoth(List.of("colours exchanged"), firstTinted, secondTinted, after))
        .min(Comparator.comparingInt(List::size))
        .orElseThrow();
  }

  private static List<String> ofBoth(
      List<String> sofar, Figure first, Figure second, SceneContent after) {
    List<String> changes = new ArrayList<>(sofar);
    changes.addAll(ofFigure(first, after.figures().get(0)));
    changes.addAll(ofFigure(second, after.figures().get(1)));
    return changes;
  }

  private static List<String> ofFigure(Figure before, Figure after) {
    List<String> changes = new ArrayList<>();
    if (before.colour() != after.colour()) {
      changes.add("colour");
    }
    if (before.shape() != after.shape()) {
      changes.add("shape");
    }
    if (before.size() != after.size()) {
      changes.add("size");
    }
    return changes;
  }
}
