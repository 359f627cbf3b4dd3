package io.github.close4j.examples.scenes;

import io.github.close4j.examples.scenes.CaptionStatement.Claim;
import io.github.close4j.examples.scenes.CaptionStatement.Phrase;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * Compares what a caption states with the scene, slot by slot.
 *
 * <p>A caption of {@link CaptionWriter} always scores {@link Slot#ALL} for its own scene.
 */
public final class SlotScorer {
  private final CaptionStatement statement;
  private final Scene scene;

  private SlotScorer(CaptionStatement statement, Scene scene) {
    this.statement = statement;
    this.scene = scene;
  }

  /**
   * Scores a caption.
   *
   * @param caption any text; letters are compared without case, all but a to z separates words
   * @param scene the scene it should describe
   * @return what it has right
   */
  public static SlotScore score(String caption, Scene scene) {
    return new SlotScorer(CaptionParser.parse(caption), scene).score();
  }

  private SlotScore score() {
    boolean group = scene.layout() == Layout.GROUP;
    boolean related = scene.layout() == Layout.RELATION;
    return new SlotScore(
        shapeTrue(),
        colourTrue(),
        objectsTrue(),
        objectsExact(),
        onlyIf(group, countRight()),
        onlyIf(related, !statement.claims().isEmpty()),
        onlyIf(related, relationRight()),
        onlyIf(statement.phrases().stream().anyMatch(p -> p.size() != null), sizeTrue()),
        allTrue());
  }

  private boolean shapeTrue() {
    List<Shape> named =
        statement.phrases().stream().map(Phrase::shape).filter(Objects::nonNull).toList();
    return !named.isEmpty()
        && named.stream().allMatch(shape -> sceneHas(object -> object.shape() == shape));
  }

  private boolean colourTrue() {
    List<Colour> stated =
        statement.phrases().stream().map(Phrase::colour).filter(Objects::nonNull).toList();
    return !stated.isEmpty()
        && stated.stream().allMatch(colour -> sceneHas(object -> object.colour() == colour));
  }

  private boolean objectsTrue() {
    return !statement.phrases().isEmpty()
        && statement.phrases().stream().allMatch(phrase -> sceneHas(phrase::names));
  }

  private boolean objectsExact() {
    return objectsTrue()
        && scene.objects().stream()
            .allMatch(object -> statement.phrases().stream().anyMatch(p -> p.names(object)));
  }

  private boolean countRight() {
    List<Integer> stated =
        statement.phrases().stream().map(Phrase::number).filter(Objects::nonNull).toList();
    return !stated.isEmpty()
        && stated.stream().allMatch(number -> number == scene.objects().size());
  }

  private boolean relationRight() {
    return objectsExact() && !statement.claims().isEmpty() && claimsHold(Phrase::names);
  }

  private boolean sizeTrue() {
    return statement.phrases().stream()
        .filter(phrase -> phrase.size() != null)
        .allMatch(phrase -> sceneHas(phrase::fits));
  }

  private boolean allTrue() {
    return !statement.phrases().isEmpty()
        && statement.phrases().stream().allMatch(phrase -> phrase.holdsOf(scene))
        && scene.objects().stream().noneMatch(this::namedTwice)
        && claimsHold(Phrase::fits);
  }

  private boolean namedTwice(SceneObject object) {
    return statement.phrases().stream().filter(phrase -> phrase.fits(object)).count() > 1;
  }

  private boolean claimsHold(BiPredicate<Phrase, SceneObject> match) {
    return statement.claims().stream().allMatch(claim -> holds(claim, match));
  }

  private boolean holds(Claim claim, BiPredicate<Phrase, SceneObject> match) {
    return claim.relation() == scene.relation()
        && claim.first() != null
        && claim.second() != null
        && match.test(claim.first(), scene.objects().get(0))
        && match.test(claim.second(), scene.objects().get(1));
  }

  private boolean sceneHas(Predicate<SceneObject> condition) {
    return scene.objects().stream().anyMatch(condition);
  }

  private static Optional<Boolean> onlyIf(boolean asked, boolean answer) {
    return asked ? Optional.of(answer) : Optional.empty();
  }
}
