package io.github.close4j.examples.tables;

import io.github.close4j.examples.scenes.CaptionStyle;
import io.github.close4j.examples.scenes.Scene;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneEntailment;
import io.github.close4j.examples.scenes.SceneQuestion;
import io.github.close4j.examples.scenes.SceneTokenizers;
import io.github.close4j.examples.scenes.Slot;
import io.github.close4j.examples.scenes.SlotScorer;
import io.github.close4j.examples.scenes.SlotScores;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.EntailmentPair;
import io.github.close4j.training.corpus.VisualQuestion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The tasks of the study on scenes.
 *
 * @param corpus the scenes of a set
 * @param slots what is scored of a caption
 * @param settings how much to train on
 */
record SceneTasks(
    Function<PictureSet, SceneCorpus> corpus, List<Slot> slots, StudySettings settings) {
  private static final int PREMISES_A_SCENE = 3;
  private static final int HYPOTHESES_A_SCENE = 3;

  /** Makes the examples of one scene. */
  private interface OfScene {
    List<TrainingExample> examples(Scene scene, List<String> captions, SplittableRandom random);
  }

  Map<StudyPart, List<StudyTask>> byPart() {
    StudyTask single =
        captions(
            "captioning-single",
            TrainingTask.CAPTIONING_SINGLE,
            settings.noiseCurve(),
            settings.trainingPictures());
    StudyTask multiple =
        captions(
            "captioning-multiple",
            TrainingTask.CAPTIONING_MULTIPLE,
            settings.noiseChoice(),
            settings.multiplePictures());
    Map<StudyPart, List<StudyTask>> tasks = new EnumMap<>(StudyPart.class);
    tasks.put(StudyPart.CAPTIONING_SINGLE, List.of(single));
    tasks.put(StudyPart.CAPTIONING_MULTIPLE, List.of(multiple));
    tasks.put(StudyPart.ENTAILMENT, List.of(entailment()));
    tasks.put(StudyPart.QUESTIONS, List.of(questions()));
    tasks.put(StudyPart.SHIFTS, List.of(single));
    tasks.put(StudyPart.ADAPTERS, List.of(single));
    tasks.put(StudyPart.SIZES, List.of(single));
    tasks.put(
        StudyPart.STYLES,
        List.of(
            single,
            style("cheerful-captions", CaptionStyle.CHEERFUL),
            style("telegram-captions", CaptionStyle.TELEGRAM)));
    return Collections.unmodifiableMap(tasks);
  }

  private Supplier<PictureExamples> training(int size, OfScene ofScene) {
    return () -> {
      SceneCorpus scenes = corpus.apply(PictureSet.TRAINING);
      SplittableRandom random = new SplittableRandom(SceneWorld.seed(PictureSet.TRAINING));
      PictureExamples all = PictureExamples.empty();
      for (int i = 0; i < size; i++) {
        all.add(i, ofScene.examples(scenes.scenes().get(i), scenes.captions().get(i), random));
      }
      return all;
    };
  }

  private StudyTask captions(
      String name, TrainingTask<CaptionedImage> kind, List<Double> noiseLevels, int size) {
    return StudyTask.ofCaptions(
        name,
        kind,
        settings,
        noiseLevels,
        training(size, (scene, captions, random) -> kind.examples(CaptionedImage.of(captions))),
        set -> {
          SceneCorpus scenes = corpus.apply(set);
          return Probe.captions(scenes.captions(), said -> bySlot(said, scenes.scenes()));
        });
  }

  private Map<String, Double> bySlot(List<String> said, List<Scene> scenes) {
    SlotScores scores = new SlotScores();
    for (int i = 0; i < said.size(); i++) {
      scores.add(SlotScorer.score(said.get(i), scenes.get(i)));
    }
    Map<String, Double> bySlot = new LinkedHashMap<>();
    for (Slot slot : slots) {
      if (scores.asked(slot) > 0) {
        bySlot.put(PictureSet.title(slot), 100 * scores.fraction(slot));
      }
    }
    return bySlot;
  }

  /** A styled caption is to be said from its own vector, as in captioning with single captions. */
  private StudyTask style(String name, CaptionStyle style) {
    return StudyTask.ofCaptions(
        name,
        TrainingTask.CAPTIONING_SINGLE,
        settings,
        settings.noiseChoice(),
        training(
            settings.trainingPictures(),
            (scene, captions, random) ->
                style.captions(scene, SceneCorpus.CAPTIONS_A_SCENE, random).stream()
                    .map(SceneTasks::ofItself)
                    .toList()),
        set -> {
          List<Scene> scenes = corpus.apply(set).scenes();
          SplittableRandom random = new SplittableRandom(SceneWorld.seed(set));
          List<List<String>> references =
              scenes.stream()
                  .map(scene -> style.captions(scene, SceneCorpus.CAPTIONS_A_SCENE, random))
                  .toList();
          return Probe.captions(references, said -> bySlot(said, scenes)).inStyle(style::isShownBy);
        });
  }

  private static TrainingExample ofItself(String caption) {
    return new TrainingExample(
        List.of(SceneTokenizers.knownToClip(caption)), null, List.of(caption));
  }

  private StudyTask entailment() {
    return StudyTask.ofComparison(
        "entailment",
        TrainingTask.ENTAILMENT,
        settings,
        training(settings.trainingPictures(), SceneTasks::entailment),
        set -> {
          List<Scene> scenes = corpus.apply(set).scenes();
          SplittableRandom random = new SplittableRandom(SceneWorld.seed(set));
          List<Integer> pictures = new ArrayList<>();
          List<SceneEntailment> drawn = new ArrayList<>();
          for (int i = 0; i < scenes.size(); i++) {
            for (int j = 0; j < HYPOTHESES_A_SCENE; j++) {
              pictures.add(i);
              drawn.add(SceneEntailment.draw(scenes.get(i), random));
            }
          }
          return Probe.labels(
              pictures,
              drawn.stream().map(SceneEntailment::hypothesis).toList(),
              drawn.stream().map(SceneEntailment::label).toList(),
              drawn.stream().map(claim -> "claim").toList());
        });
  }

  private static List<TrainingExample> entailment(
      Scene scene, List<String> captions, SplittableRandom random) {
    List<TrainingExample> examples = new ArrayList<>();
    for (String premise : captions.subList(0, PREMISES_A_SCENE)) {
      SceneEntailment drawn = SceneEntailment.draw(scene, random);
      examples.addAll(
          TrainingTask.ENTAILMENT.examples(
              new EntailmentPair(premise, drawn.hypothesis(), drawn.label())));
    }
    return examples;
  }

  private StudyTask questions() {
    return StudyTask.ofComparison(
        "question-answering",
        TrainingTask.VQA,
        settings,
        training(settings.trainingPictures(), SceneTasks::questions),
        set -> {
          List<Scene> scenes = corpus.apply(set).scenes();
          SplittableRandom random = new SplittableRandom(SceneWorld.seed(set));
          List<Integer> pictures = new ArrayList<>();
          List<SceneQuestion> questions = new ArrayList<>();
          for (int i = 0; i < scenes.size(); i++) {
            for (SceneQuestion question : SceneQuestion.draw(scenes.get(i), random)) {
              pictures.add(i);
              questions.add(question);
            }
          }
          return Probe.questions(
              pictures,
              questions.stream().map(SceneQuestion::question).toList(),
              questions.stream().map(SceneQuestion::answer).toList(),
              questions.stream().map(question -> PictureSet.title(question.kind())).toList());
        });
  }

  private static List<TrainingExample> questions(
      Scene scene, List<String> captions, SplittableRandom random) {
    List<TrainingExample> examples = new ArrayList<>();
    for (SceneQuestion question : SceneQuestion.draw(scene, random)) {
      List<String> answers = Collections.nCopies(Probe.PEOPLE, question.answer());
      examples.addAll(
          TrainingTask.VQA.examples(
              new VisualQuestion("", "", captions, question.question(), answers)));
    }
    return examples;
  }
}
