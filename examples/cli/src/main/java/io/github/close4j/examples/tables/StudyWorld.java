package io.github.close4j.examples.tables;

import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.T5Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A world of captioned pictures that the paper's experiments are made on. The study itself does not
 * know what its pictures show: all that differs between worlds is told here.
 */
interface StudyWorld {

  /** The CLIP of the study. */
  ClipFiles clip();

  /** How much to train and judge on. */
  StudySettings settings();

  /**
   * All that results depend on but CLIP, in words: results of a world are found again as long as it
   * says the same.
   */
  String identity();

  /**
   * What a reader of the tables has to know of the world and its sets, a sentence or two a line.
   */
  List<String> notes();

  /**
   * The pictures of a set, the same whenever asked. Those of {@link PictureSet#TRAINING} and {@link
   * PictureSet#TEST} are in no other set; held-out pairs may be those of the validation.
   */
  CaptionedPictures pictures(PictureSet set);

  /**
   * The parts of the study on this world and the tasks of each, at least one. {@link
   * StudyPart#CAPTIONING_SINGLE} is among them, and its task is what shifts, adapters, sizes and
   * styles are compared by.
   */
  Map<StudyPart, List<StudyTask>> tasks();

  /** The scores that tables of captions show beside {@link Probe#SCORE}: keys of results. */
  List<String> captionScores();

  /** What the pairs of a set are, as tables say it. */
  String pairs(PictureSet set);

  /** Writes T5's tokenizer, for all tasks. */
  void writeT5Tokenizer(Path file);

  /** T5's dimensions; its vocabulary is the tokenizer's. */
  T5Config t5(T5Size size);

  /** The task that rows of captions are of. */
  default StudyTask captioning() {
    return tasks(StudyPart.CAPTIONING_SINGLE).get(0);
  }

  /** The tasks of a part, none if the world does not have it. */
  default List<StudyTask> tasks(StudyPart part) {
    return tasks().getOrDefault(part, List.of());
  }

  /**
   * The task of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  default StudyTask task(String name) {
    return tasks().values().stream()
        .flatMap(List::stream)
        .filter(task -> task.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "task: expected one of %s, found %s"
                        .formatted(
                            tasks().values().stream()
                                .flatMap(List::stream)
                                .map(StudyTask::name)
                                .distinct()
                                .toList(),
                            name)));
  }
}
