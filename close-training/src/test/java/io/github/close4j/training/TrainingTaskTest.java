package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.EntailmentPair;
import io.github.close4j.training.corpus.NewsPicture;
import io.github.close4j.training.corpus.VisualQuestion;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingTaskTest {
  private static CaptionedImage image(String... captions) {
    return new CaptionedImage(null, null, List.of(captions));
  }

  @Test
  void singleSaysTheCaptionItself() {
    assertEquals(
        List.of(
            new TrainingExample(List.of("A dog"), null, List.of("A dog")),
            new TrainingExample(List.of("Dogs"), null, List.of("Dogs"))),
        TrainingTask.CAPTIONING_SINGLE.examples(image("A dog", "Dogs")));
  }

  @Test
  void multipleSaysTheOthers() {
    assertEquals(
        List.of(
            new TrainingExample(List.of("a"), null, List.of("b", "a")),
            new TrainingExample(List.of("b"), null, List.of("a", "a")),
            new TrainingExample(List.of("a"), null, List.of("a", "b"))),
        TrainingTask.CAPTIONING_MULTIPLE.examples(image("a", "b", "a")));
    IllegalArgumentException thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> TrainingTask.CAPTIONING_MULTIPLE.examples(image("alone")));
    assertTrue(String.valueOf(thrown.getMessage()).contains("expected at least 2"));
  }

  @Test
  void entailmentSaysTheLabel() {
    assertEquals(
        List.of(new TrainingExample(List.of("A dog."), "A pet", List.of("entailment"))),
        TrainingTask.ENTAILMENT.examples(new EntailmentPair("A dog.", "A pet", "entailment")));
  }

  @Test
  void newsSaysTheCaptionFromItselfAndTheArticle() {
    assertEquals(
        List.of(new TrainingExample(List.of("The PM"), "London. …", List.of("The PM"))),
        TrainingTask.NEWS.examples(new NewsPicture("1", "a.jpg", "The PM", "London. …")));
  }

  /** Worked by hand: the counts, and the answers that the walk takes, as letters. */
  @ParameterizedTest
  @CsvSource({
    "aaaaaaaaaa, a",
    "aaaaaabbbb, ab",
    "aaaaaaaabb, a",
    "aaaabbbccc, abc",
    "bbbaaaacc, ab",
    "aabbcdefgh, ab",
    "abcdefghij, abcdefghij",
    "baa, a",
    "bbaa, ba",
    "aaabbb, ab",
    "aaabbc, a",
    "a, a",
  })
  void answersAreWalkedByCount(String answers, String expected) {
    VisualQuestion question =
        new VisualQuestion("1", "2", List.of("A", "B"), "What?", letters(answers));
    assertEquals(
        List.of(new TrainingExample(List.of("A", "B"), "What?", letters(expected))),
        TrainingTask.VQA.examples(question));
    assertEquals(TrainingTask.VQA.examples(question), TrainingTask.VQA_E.examples(question));
  }

  private static List<String> letters(String text) {
    return text.chars().mapToObj(Character::toString).toList();
  }

  @Property
  void targetsAreTheAnswersGivenOftenOrMostOften(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 4) Integer> drawn) {
    List<String> answers = drawn.stream().map(String::valueOf).toList();
    List<String> targets =
        TrainingTask.VQA
            .examples(new VisualQuestion("1", "2", List.of("A"), "Q", answers))
            .get(0)
            .targets();
    int most = answers.stream().mapToInt(a -> Collections.frequency(answers, a)).max().orElse(0);
    for (String answer : new HashSet<>(answers)) {
      int count = Collections.frequency(answers, answer);
      assertEquals(count == most || count >= 3, targets.contains(answer), answers::toString);
    }
    assertEquals(new HashSet<>(targets).size(), targets.size());
  }

  @Property
  void multipleUsesEachCaptionOnceAsInput(
      @ForAll @Size(min = 2, max = 6) List<@NotBlank @AlphaChars String> captions) {
    List<TrainingExample> examples =
        TrainingTask.CAPTIONING_MULTIPLE.examples(new CaptionedImage(null, null, captions));
    assertEquals(captions, examples.stream().map(e -> e.clipTexts().get(0)).toList());
    for (TrainingExample example : examples) {
      assertNull(example.text());
      assertEquals(captions.size() - 1, example.targets().size());
      Stream<String> all = Stream.concat(example.clipTexts().stream(), example.targets().stream());
      assertEquals(captions.stream().sorted().toList(), all.sorted().toList());
    }
  }

  @Property
  void styleKeepsTheFirstWords(
      @ForAll @IntRange(min = 1, max = 60) int words,
      @ForAll @IntRange(min = 1, max = 40) int most) {
    String text = IntStream.range(0, words).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
    TrainingExample example = TrainingTask.style(most).examples(image(text)).get(0);
    String kept = example.targets().get(0);
    assertEquals(example.clipTexts(), example.targets());
    assertEquals(Math.min(words, most), kept.split(" ").length);
    assertTrue(text.startsWith(kept));
    assertEquals(words <= most, text.equals(kept));
  }

  @Test
  void aShortTextKeepsItsBlanks() {
    String text = "It's  a \tlovely day!";
    assertEquals(List.of(text), TrainingTask.style(4).examples(image(text)).get(0).targets());
    assertEquals(
        List.of("It's a lovely"), TrainingTask.style(3).examples(image(text)).get(0).targets());
    assertThrows(IllegalArgumentException.class, () -> TrainingTask.style(0));
  }

  @Test
  void tasksKnowTheReferencesNumbers() {
    assertNumbers(TrainingTask.CAPTIONING_SINGLE, 128, 0.12, 32);
    assertNumbers(TrainingTask.CAPTIONING_MULTIPLE, 32, 0.04, 32);
    assertNumbers(TrainingTask.ENTAILMENT, 128, 0.08, 8);
    assertNumbers(TrainingTask.VQA, 128, 0.04, 16);
    assertNumbers(TrainingTask.VQA_E, 128, 0.04, 16);
    assertNumbers(TrainingTask.NEWS, 16, 0, 30);
  }

  private static void assertNumbers(
      TrainingTask<?> task, int batchSize, double noiseStdDev, int maxTokens) {
    assertEquals(batchSize, task.batchSize(), task::name);
    assertEquals(noiseStdDev, task.noiseStdDev(), task.name());
    assertEquals(maxTokens, task.maxTokens(), task::name);
    assertFalse(task.toString().isEmpty());
  }
}
