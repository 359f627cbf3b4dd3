package io.github.close4j.examples.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.examples.photographs.StyleJudge.Style;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneTokenizers;
import io.github.close4j.onnx.internal.checkpoint.ClipCheckpoint;
import io.github.close4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PhotographWorldTest {
  private static final StudySettings ALL = settings(100, 100);
  private static final Path FLICKR8K = Path.of("../../../shared/data/flickr8k");

  @TempDir private Path directory;
  private PhotographFixture fixture;

  @BeforeEach
  void write() throws IOException {
    fixture = PhotographFixture.in(directory);
  }

  private static StudySettings settings(int pictures, int judged) {
    List<Double> levels = List.of(0.0, StudySettings.FIXED_NOISE);
    return new StudySettings(
        pictures, pictures, pictures, 40, judged, judged, 1, 1e-3, levels, levels);
  }

  private PhotographWorld world(StudySettings settings) {
    return new PhotographWorld(ClipCheckpoint.open(fixture.clip()), fixture.files(), settings);
  }

  private static List<String> names(StudyWorld world, PictureSet set) {
    return world.pictures(set).names();
  }

  @Test
  void theJudgedPhotographsAreSplitInHalvesThatStay() {
    PhotographWorld world = world(ALL);
    Set<String> both = new HashSet<>(names(world, PictureSet.VALIDATION));
    both.addAll(names(world, PictureSet.TEST));

    assertEquals(PhotographFixture.JUDGED, both.size());
    assertEquals(PhotographFixture.JUDGED / 2, names(world, PictureSet.TEST).size());
    assertEquals(names(world, PictureSet.TEST), names(world(ALL), PictureSet.TEST));
    assertNotEquals(new TreeSet<>(both).stream().toList(), List.copyOf(both));
  }

  @Test
  void whatResultsAreReportedOnIsInNoOtherSet() {
    PhotographWorld world = world(ALL);
    for (PictureSet set : PictureSet.values()) {
      if (set != PictureSet.TEST) {
        Set<String> shared = new HashSet<>(names(world, PictureSet.TEST));
        shared.retainAll(names(world, set));
        assertEquals(Set.of(), shared, set::name);
      }
    }
    Set<String> trained = new HashSet<>(names(world, PictureSet.TRAINING));
    trained.retainAll(names(world, PictureSet.HELD_OUT_PAIRS));
    assertEquals(Set.of(), trained);
  }

  @Test
  void settingsAreUpperBounds() {
    PhotographWorld few = world(settings(5, 3));
    assertEquals(5, few.pictures(PictureSet.TRAINING).size());
    assertEquals(3, few.pictures(PictureSet.VALIDATION).size());
    assertEquals(3, few.pictures(PictureSet.TEST).size());
    assertEquals(5, few.more().size());
    assertEquals(PhotographFixture.TRAINING, world(ALL).pictures(PictureSet.TRAINING).size());
  }

  @Test
  void examplesAreOfTheTextThatTheTaskIsTrainedOn() {
    PhotographWorld world = world(ALL);
    Map<String, PictureExamples> byTask =
        world.tasks().values().stream()
            .flatMap(List::stream)
            .distinct()
            .filter(task -> task.name().startsWith("captioning"))
            .collect(Collectors.toMap(StudyTask::name, task -> task.training().get()));
    int captions = PhotographFixture.TRAINING * SceneCorpus.CAPTIONS_A_SCENE;
    Map<String, Integer> sizes =
        byTask.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().examples().size()));

    assertEquals(
        Map.of(
            "captioning-single",
            captions,
            "captioning-multiple",
            captions,
            "captioning-other-text",
            PhotographFixture.MORE,
            "captioning-both-texts",
            captions + PhotographFixture.MORE),
        sizes);
    PictureExamples single = byTask.get("captioning-single");
    CaptionedPictures training = world.pictures(PictureSet.TRAINING);
    for (int i = 0; i < captions; i++) {
      List<String> ofPicture = training.captions().get(single.pictures().get(i));
      assertTrue(ofPicture.containsAll(single.examples().get(i).clipTexts()));
    }
    assertEquals(4, byTask.get("captioning-multiple").examples().get(0).targets().size());
  }

  @Test
  void captionsArePerfectIfTheyAreAReference() {
    PhotographWorld world = world(ALL);
    Probe probe = world.captioning().probe().apply(PictureSet.TEST);
    List<String> references =
        world.pictures(PictureSet.TEST).captions().stream().map(all -> all.get(1)).toList();
    Map<String, Double> scores = probe.score().apply(references);

    assertTrue(scores.keySet().containsAll(world.captionScores()), scores::toString);
    assertEquals(100, scores.get("BLEU-4"), 1e-6);
    assertEquals(100, scores.get("ROUGE-L"), 1e-6);
    assertTrue(scores.get(Probe.SCORE) > 100, scores::toString);
  }

  @Test
  void t5HasEveryTokenOfTheTokenizer() {
    assertEquals(
        SceneTokenizers.t5VocabularySizeForAllTasks(), world(ALL).t5(T5Size.BASE).vocabularySize());
  }

  @Test
  void theGapIsThatOfAClipThatKnowsThePictures() {
    PhotographWorld world = world(ALL);
    StudyFiles files = StudyFiles.of(directory.resolve("study"), world);
    new StudyData(world, files).prepare(List.of(), TrainingListener.NONE);

    double recall = files.gap().orElseThrow().imageToTextRecallAt1();
    assertTrue(recall > 2.0 / PhotographFixture.JUDGED, () -> "recall " + recall);
    assertTrue(files.gap().orElseThrow().pairCosine() < 1);
  }

  @Test
  void captionsOfWhichNothingCanBeAskedAreRefused() {
    StudyTask questions = world(ALL).task("question-answering");
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> questions.training().get());
    assertTrue(
        String.valueOf(refusal.getMessage()).startsWith("training pictures: expected captions"),
        refusal::getMessage);
  }

  @Test
  void resultsOfOneStudyNeverMeetThoseOfAnother() throws IOException {
    Set<String> identities = new HashSet<>();
    identities.add(world(ALL).identity());
    identities.add(world(ALL).identity());
    assertEquals(1, identities.size());

    identities.add(world(settings(5, 3)).identity());
    for (String name :
        List.of("train.jsonl", "validation.jsonl", "more.txt", "t5-tokenizer.json")) {
      Path file = fixture.file(name);
      Files.writeString(file, Files.readString(file) + " ");
      identities.add(world(ALL).identity());
    }
    assertEquals(6, identities.size());
  }

  @Test
  void aPhotographThatIsReplacedHasAnotherName() throws IOException {
    List<String> before = names(world(ALL), PictureSet.TRAINING);
    Files.copy(
        fixture.images().resolve("validation-0.png"),
        fixture.images().resolve("train-3.png"),
        StandardCopyOption.REPLACE_EXISTING);
    List<String> after = names(world(ALL), PictureSet.TRAINING);

    Set<String> changed = new HashSet<>(before);
    changed.removeAll(after);
    assertEquals(1, changed.size());
    assertTrue(changed.iterator().next().contains("train-3.png"));
  }

  /** What a corpus must not hold is one error that names the file. */
  @Test
  void corporaThatCannotBeUsedAreRefused() throws IOException {
    requireRefused(
        "train.jsonl",
        line -> line.replaceFirst("train-\\d+", "../secret"),
        world -> world.pictures(PictureSet.TRAINING),
        "../secret");
    requireRefused(
        "train.jsonl",
        line -> line.replaceFirst("\"image\":\"[^\"]*\",?", "").replace(",}", "}"),
        world -> world.pictures(PictureSet.TRAINING),
        "expected captions that name their picture");
    requireRefused(
        "validation.jsonl",
        line -> line.replaceFirst("validation-\\d+", "train-0"),
        world -> world.pictures(PictureSet.TEST),
        "expected no picture of");
    Path validation = fixture.file("validation.jsonl");
    Files.writeString(validation, Files.readAllLines(validation).get(0));
    UnusableFileException thrown =
        assertThrows(UnusableFileException.class, () -> world(ALL).pictures(PictureSet.VALIDATION));
    assertTrue(thrown.getMessage().contains("at least 2"), thrown.getMessage());
  }

  private void requireRefused(
      String name,
      Function<String, String> change,
      Function<StudyWorld, CaptionedPictures> use,
      String problem)
      throws IOException {
    Path file = fixture.file(name);
    String sound = Files.readString(file);
    Files.write(file, sound.lines().map(change).toList());
    RuntimeException thrown = assertThrows(RuntimeException.class, () -> use.apply(world(ALL)));
    assertTrue(
        thrown instanceof UnusableFileException || thrown instanceof IllegalArgumentException,
        thrown::toString);
    assertTrue(thrown.getMessage().startsWith(file.toString()), thrown.getMessage());
    assertTrue(thrown.getMessage().contains(problem), thrown.getMessage());
    Files.writeString(file, sound);
  }

  @Test
  void realPhotographsMakeAWorld() {
    assumeTrue(Files.isDirectory(FLICKR8K), () -> "no photographs in " + FLICKR8K);
    PhotographWorld world =
        new PhotographWorld(
            ClipCheckpoint.open(fixture.clip()),
            new PhotographFiles(
                FLICKR8K.resolve("train.jsonl"),
                FLICKR8K.resolve("validation.jsonl"),
                FLICKR8K.resolve("../coco/captions_val2014.json.gz"),
                Map.of(
                    Style.ROMANTIC,
                    FLICKR8K.resolve("../text/flickrstyle_romantic.txt.gz"),
                    Style.HUMOROUS,
                    FLICKR8K.resolve("../text/flickrstyle_funny.txt.gz")),
                FLICKR8K.resolve("images"),
                FLICKR8K.resolve("../tokenizers/t5/tokenizer.json")),
            StudySettings.PHOTOGRAPHS);

    assertEquals(6_000, world.pictures(PictureSet.TRAINING).size());
    assertEquals(500, world.pictures(PictureSet.TEST).size());
    assertEquals(30_000, world.captioning().training().get().examples().size());
    assertEquals(6_000, world.more().size());
    for (StudyPart part : List.of(StudyPart.ENTAILMENT, StudyPart.QUESTIONS, StudyPart.STYLES)) {
      for (StudyTask task : world.tasks(part)) {
        PictureExamples examples = task.training().get();
        assertTrue(examples.examples().size() > 4_000, task.name());
        assertEquals(examples.examples().size(), examples.pictures().size(), task.name());
      }
    }
    Probe claims = world.task("entailment").probe().apply(PictureSet.TEST);
    Map<String, Double> yes =
        claims.score().apply(Collections.nCopies(claims.texts().size(), "Entailment"));
    assertEquals(50, yes.get(Probe.SCORE), 1e-9);
    assertEquals(50, yes.get(Probe.MAJORITY), 1e-9);
    Probe romantic = world.task("romantic-captions").probe().apply(PictureSet.TEST);
    Map<String, Double> plain =
        romantic
            .score()
            .apply(world.pictures(PictureSet.TEST).captions().stream().map(c -> c.get(0)).toList());
    assertTrue(plain.get(Probe.IN_STYLE) < 15, plain.toString());
    assertEquals(32_100, world.t5(T5Size.BASE).vocabularySize());
    assertEquals(224, world.pictures(PictureSet.TEST).picture().apply(0).getWidth());
  }
}
