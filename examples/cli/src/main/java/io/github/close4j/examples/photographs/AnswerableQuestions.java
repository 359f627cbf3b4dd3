package io.github.close4j.examples.photographs;

import io.github.close4j.examples.photographs.ClaimKind.Value;
import io.github.close4j.examples.photographs.PhotographQuestion.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The questions on one picture that its captions answer, each with its answer. */
final class AnswerableQuestions {

  /** A question and its answer. */
  record Answered(Kind kind, String question, String answer) {}

  private static final int WITNESSES = 2;

  /** So many captions must speak for what none of them names to be denied. */
  private static final int DENIERS = 4;

  private static final List<String> NUMBERS = List.of("one", "two", "three", "four", "five", "six");

  /** What questions on colours are about, and the words that captions have for it. */
  private static final Map<String, Set<String>> COLOURED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("horse", Set.of("horse", "pony")),
              Map.entry("cat", Set.of("cat", "kitten")),
              Map.entry("shirt", Set.of("shirt", "t-shirt", "tshirt")),
              Map.entry("jacket", Set.of("jacket", "coat", "parka")),
              Map.entry("hat", Set.of("hat", "cap")),
              Map.entry("helmet", Set.of("helmet")),
              Map.entry("dress", Set.of("dress")),
              Map.entry("swimsuit", Set.of("swimsuit", "bikini")),
              Map.entry("car", Set.of("car")),
              Map.entry("ball", Set.of("ball")),
              Map.entry("frisbee", Set.of("frisbee")),
              Map.entry("bike", Set.of("bike", "bicycle"))));

  /** Things so striking that captions which do not name them deny them. */
  private static final Map<String, ClaimKind> STRIKING =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("a dog", ClaimKind.ANIMAL),
              Map.entry("a cat", ClaimKind.ANIMAL),
              Map.entry("a horse", ClaimKind.ANIMAL),
              Map.entry("a bird", ClaimKind.ANIMAL),
              Map.entry("a bike", ClaimKind.RIDE),
              Map.entry("a motorcycle", ClaimKind.RIDE),
              Map.entry("a skateboard", ClaimKind.RIDE),
              Map.entry("a surfboard", ClaimKind.RIDE),
              Map.entry("a frisbee", ClaimKind.TOY),
              Map.entry("a beach", ClaimKind.PLACE),
              Map.entry("a pool", ClaimKind.PLACE),
              Map.entry("snow", ClaimKind.PLACE)));

  private static final List<String> PERSONS = List.of("man", "woman", "boy", "girl");

  private final PictureWords words;
  private final int dogs;
  private final int people;
  private final boolean canDeny;
  private final List<Answered> answered = new ArrayList<>();

  private AnswerableQuestions(PictureWords words) {
    this.words = words;
    this.dogs = NounCount.DOGS.of(words);
    this.people = NounCount.PEOPLE.of(words);
    this.canDeny =
        words.captions().stream().filter(caption -> caption.words().size() > 1).count() >= DENIERS;
  }

  static List<Answered> of(PictureWords words) {
    AnswerableQuestions questions = new AnswerableQuestions(words);
    questions.addThings();
    questions.addPersons();
    questions.addColours();
    questions.addActions();
    questions.addCounts();
    return questions.answered;
  }

  private void add(Kind kind, String question, String answer) {
    answered.add(new Answered(kind, question, answer));
  }

  private void addYesNo(String question, boolean isTrue) {
    add(Kind.YES_NO, question, isTrue ? "yes" : "no");
  }

  private boolean isWitnessed(Set<String> names) {
    return words.captionsWith(names).size() >= WITNESSES;
  }

  private void addThings() {
    STRIKING.forEach(
        (thing, kind) -> {
          String name = thing.replaceFirst("^a ", "");
          Value value = kind.named(name);
          // Forms of a place are different things: grass, a field.
          Set<String> names = kind == ClaimKind.PLACE ? Set.of(name) : value.names();
          if (isWitnessed(names)) {
            addYesNo("is there " + thing, true);
          } else if (canDeny && !value.isAmong(words.all()) && !kind.isLeftOpenBy(words.all())) {
            addYesNo("is there " + thing, false);
          }
        });
  }

  private void addPersons() {
    boolean isNobody = canDeny && NounCount.PEOPLE.isNone(words) && isOfAnimals();
    for (String person : PERSONS) {
      if (isCertain(person)) {
        addYesNo("is there a " + person, true);
      } else if (isNobody || isSomebodyElse(person)) {
        addYesNo("is there a " + person, false);
      }
    }
  }

  private boolean isOfAnimals() {
    return ClaimKind.ANIMAL.alternatives().stream().anyMatch(value -> isWitnessed(value.names()));
  }

  private boolean isCertain(String person) {
    List<CaptionWords> witnesses = words.captionsWith(Set.of(person));
    return witnesses.size() >= WITNESSES && witnesses.stream().noneMatch(words::isDisputed);
  }

  /** Whether the one person in the picture is of the other sex or of another age. */
  private boolean isSomebodyElse(String person) {
    return people == 1
        && List.of(ClaimKind.GENDER, ClaimKind.AGE).stream()
            .anyMatch(kind -> isExcluded(kind.named(person), kind));
  }

  /** Whether two captions say another value that excludes this one. */
  private boolean isExcluded(Value value, ClaimKind kind) {
    return kind.alternatives().stream()
        .filter(other -> other.excludes(value, words.all()))
        .anyMatch(other -> isWitnessed(other.names()));
  }

  private void addColours() {
    if (dogs == 1) {
      addColour("dog", Set.of("dog", "puppy"));
    }
    if (people == 1 || NounCount.PEOPLE.isNone(words)) {
      COLOURED.forEach(
          (thing, nouns) -> {
            if (nouns.stream().noneMatch(noun -> words.all().contains(noun + "s"))) {
              addColour(thing, nouns);
            }
          });
    }
  }

  private void addColour(String thing, Set<String> nouns) {
    Optional<String> agreed = NounColours.agreed(nouns, words);
    if (agreed.isEmpty()) {
      return;
    }
    String colour = agreed.get();
    add(Kind.COLOUR, "what colour is the " + thing, colour);
    addYesNo("is the %s %s".formatted(thing, colour), true);
    Value value = ClaimKind.COLOUR.named(colour);
    for (Value other : ClaimKind.COLOUR.alternatives()) {
      if (value.excludes(other, words.all())) {
        addYesNo("is the %s %s".formatted(thing, other.forms().get(0)), false);
      }
    }
  }

  private void addActions() {
    Optional<String> subject = onlySubject();
    if (subject.isEmpty()) {
      return;
    }
    for (Value value : ClaimKind.ACTION.alternatives()) {
      String question = "is the %s %s".formatted(subject.get(), value.forms().get(0));
      if (isWitnessed(value.names())) {
        addYesNo(question, true);
      } else if (isExcluded(value, ClaimKind.ACTION)) {
        addYesNo(question, false);
      }
    }
  }

  /** The one dog or person of which the captions tell. */
  private Optional<String> onlySubject() {
    if (dogs == 1 && NounCount.PEOPLE.isNone(words)) {
      return Optional.of("dog");
    }
    return people == 1 && NounCount.DOGS.isNone(words)
        ? PERSONS.stream().filter(this::isCertain).findFirst()
        : Optional.empty();
  }

  /** People at large are not counted: captions pass over those in the background. */
  private void addCounts() {
    for (NounCount things : NounCount.values()) {
      int count = things.of(words);
      if (things != NounCount.PEOPLE && count != NounCount.UNKNOWN && count <= NUMBERS.size()) {
        String question = "how many %s are there".formatted(things.name().toLowerCase(Locale.ROOT));
        add(Kind.COUNT, question, NUMBERS.get(count - 1));
      }
    }
  }
}
