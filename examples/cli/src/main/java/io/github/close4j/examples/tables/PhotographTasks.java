package io.github.close4j.examples.tables;

import io.github.close4j.examples.photographs.PhotographClaim;
import io.github.close4j.examples.photographs.PhotographQuestion;
import io.github.close4j.examples.photographs.StyleJudge.Style;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.CaptionedImage;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The tasks of the study on photographs, made from their captions alone, and from captions in
 * styles if there are any.
 *
 * @param world has the captions
 * @param settings how much to train on
 */
record PhotographTasks(PhotographWorld world, StudySettings settings) {

  Map<StudyPart, List<StudyTask>> byPart() {
    StudyTask single =
        captions(
            "captioning-single",
            TrainingTask.CAPTIONING_SINGLE,
            settings.noiseCurve(),
            () -> withPictures(TrainingTask.CAPTIONING_SINGLE, settings.trainingPictures()));
    StudyTask multiple =
        captions(
            "captioning-multiple",
            TrainingTask.CAPTIONING_MULTIPLE,
            settings.noiseChoice(),
            () -> withPictures(TrainingTask.CAPTIONING_MULTIPLE, settings.multiplePictures()));
    Map<StudyPart, List<StudyTask>> tasks = new EnumMap<>(StudyPart.class);
    tasks.put(StudyPart.CAPTIONING_SINGLE, List.of(single));
    tasks.put(StudyPart.CAPTIONING_MULTIPLE, List.of(multiple));
    if (world.hasMore()) {
      tasks.put(StudyPart.DOMAINS, List.of(single, otherText(), bothTexts()));
    }
    tasks.put(StudyPart.ENTAILMENT, List.of(entailment()));
    tasks.put(StudyPart.QUESTIONS, List.of(questions()));
    tasks.put(StudyPart.SHIFTS, List.of(single));
    tasks.put(StudyPart.ADAPTERS, List.of(single));
    tasks.put(StudyPart.SIZES, List.of(single));
    if (!world.styles().isEmpty()) {
      tasks.put(
          StudyPart.STYLES,
          Stream.concat(Stream.of(single), world.styles().stream().map(this::style)).toList());
    }
    return Collections.unmodifiableMap(tasks);
  }

  private StudyTask otherText() {
    return captions(
        "captioning-other-text",
        TrainingTask.CAPTIONING_SINGLE,
        settings.noiseChoice(),
        () -> {
          PictureExamples all = PictureExamples.empty();
          all.addText(TrainingTask.CAPTIONING_SINGLE.examples(world.more()));
          return all;
        });
  }

  private StudyTask bothTexts() {
    return captions(
        "captioning-both-texts",
        TrainingTask.CAPTIONING_SINGLE,
        settings.noiseChoice(),
        () -> {
          PictureExamples all =
              withPictures(TrainingTask.CAPTIONING_SINGLE, settings.trainingPictures());
          all.addText(TrainingTask.CAPTIONING_SINGLE.examples(world.more()));
          return all;
        });
  }

  private PictureExamples withPictures(TrainingTask<CaptionedImage> kind, int atMost) {
    PictureExamples all = PictureExamples.empty();
    List<List<String>> captions = world.pictures(PictureSet.TRAINING).captions();
    for (int i = 0; i < Math.min(atMost, captions.size()); i++) {
      all.add(i, kind.examples(CaptionedImage.of(captions.get(i))));
    }
    return all;
  }

  private StudyTask captions(
      String name,
      TrainingTask<CaptionedImage> kind,
      List<Double> noiseLevels,
      Supplier<PictureExamples> training) {
    return StudyTask.ofCaptions(
        name,
        kind,
        settings,
        noiseLevels,
        training,
        set -> {
          List<List<String>> references = world.pictures(set).captions();
          return Probe.captions(references, said -> scores(said, references));
        });
  }

  /** Content is kept as far as CIDEr-D finds the plain captions in what is said. */
  private StudyTask style(Style style) {
    return StudyTask.ofCaptions(
        PictureSet.fileWord(style) + "-captions",
        TrainingTask.CAPTIONING_SINGLE,
        settings,
        settings.noiseChoice(),
        () -> {
          PictureExamples all = PictureExamples.empty();
          List<List<String>> captions = world.styled(style);
          for (int i = 0; i < captions.size(); i++) {
            if (!captions.get(i).isEmpty()) {
              all.add(
                  i, TrainingTask.CAPTIONING_SINGLE.examples(CaptionedImage.of(captions.get(i))));
            }
          }
          return all;
        },
        set -> {
          List<List<String>> references = world.pictures(set).captions();
          return Probe.captions(references, said -> scores(said, references))
              .inStyle(caption -> world.judge().share(List.of(caption), style) > 0.5);
        });
  }

  private StudyTask entailment() {
    return StudyTask.ofComparison(
        "entailment",
        TrainingTask.ENTAILMENT,
        settings,
        () -> {
          PictureExamples all = PictureExamples.empty();
          for (PhotographClaim claim : claims(PictureSet.TRAINING, List.of())) {
            all.add(claim.picture(), TrainingTask.ENTAILMENT.examples(claim.pair()));
          }
          return all;
        },
        set -> {
          List<PhotographClaim> claims =
              claims(set, world.pictures(PictureSet.TRAINING).captions());
          return Probe.labels(
              claims.stream().map(PhotographClaim::picture).toList(),
              claims.stream().map(claim -> claim.pair().hypothesis()).toList(),
              claims.stream().map(claim -> claim.pair().label()).toList(),
              claims.stream().map(claim -> PictureSet.title(claim.kind())).toList());
        });
  }

  private List<PhotographClaim> claims(PictureSet set, List<List<String>> others) {
    return drawn(set, captions -> PhotographClaim.draw(captions, others, random()));
  }

  private StudyTask questions() {
    return StudyTask.ofComparison(
        "question-answering",
        TrainingTask.VQA,
        settings,
        () -> {
          PictureExamples all = PictureExamples.empty();
          for (PhotographQuestion question : questions(PictureSet.TRAINING)) {
            all.add(question.picture(), TrainingTask.VQA.examples(question.asked()));
          }
          return all;
        },
        set -> {
          List<PhotographQuestion> questions = questions(set);
          return Probe.questions(
              questions.stream().map(PhotographQuestion::picture).toList(),
              questions.stream().map(question -> question.asked().question()).toList(),
              questions.stream().map(PhotographQuestion::answer).toList(),
              questions.stream().map(question -> PictureSet.title(question.kind())).toList());
        });
  }

  private List<PhotographQuestion> questions(PictureSet set) {
    return drawn(set, captions -> PhotographQuestion.draw(captions, random()));
  }

  private <T> List<T> drawn(PictureSet set, Function<List<List<String>>, List<T>> draw) {
    List<List<String>> captions = world.pictures(set).captions();
    List<T> drawn = draw.apply(captions);
    if (drawn.isEmpty()) {
      throw new IllegalArgumentException(
          "%s pictures: expected captions of which claims and questions can be made, found none in those of %d"
              .formatted(PictureSet.title(set), captions.size()));
    }
    return drawn;
  }

  private static SplittableRandom random() {
    return new SplittableRandom(PhotographWorld.SEED);
  }

  private static Map<String, Double> scores(List<String> said, List<List<String>> references) {
    Map<String, Double> scores = new LinkedHashMap<>();
    for (CaptionMetric metric : PhotographWorld.METRICS) {
      scores.put(metric.title(), 100 * metric.score(said, references).corpus());
    }
    return scores;
  }
}
