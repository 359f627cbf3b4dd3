package io.github.close4j.examples.tables;

import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.CaptionedImage;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The tasks of the study on photographs, made from their captions alone.
 *
 * <p>A task with text beside the picture, or one in a style, is added to {@link #byPart} with
 * {@link StudyTask#ofComparison} and {@link Probe#labels} or {@link Probe#questions}, or with
 * {@link StudyTask#ofCaptions} and {@link Probe#inStyle}, as {@link SceneTasks} does. Tables then
 * have its rows and columns.
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
    tasks.put(StudyPart.SHIFTS, List.of(single));
    tasks.put(StudyPart.ADAPTERS, List.of(single));
    tasks.put(StudyPart.SIZES, List.of(single));
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

  private static Map<String, Double> scores(List<String> said, List<List<String>> references) {
    Map<String, Double> scores = new LinkedHashMap<>();
    for (CaptionMetric metric : PhotographWorld.METRICS) {
      scores.put(metric.title(), 100 * metric.score(said, references).corpus());
    }
    return scores;
  }
}
