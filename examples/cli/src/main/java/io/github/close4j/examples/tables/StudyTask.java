package io.github.close4j.examples.tables;

import io.github.close4j.training.TrainingTask;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A task of a world: what a model learns from text, and what it is then asked about pictures.
 *
 * @param name its name in files, of small letters and hyphens
 * @param title its name in tables
 * @param kind the paper's task that it is one of, which has the batch size and the longest answer
 * @param size the size of T5
 * @param learningRate AdamW's first learning rate
 * @param noiseLevels the σ that rows have, of which one is chosen on the validation pictures
 * @param training makes the examples, the same ones whenever asked
 * @param probe what is asked about the pictures of a set, the same whenever asked
 */
record StudyTask(
    String name,
    String title,
    TrainingTask<?> kind,
    T5Size size,
    double learningRate,
    List<Double> noiseLevels,
    Supplier<PictureExamples> training,
    Function<PictureSet, Probe> probe) {

  /** A task of captions by T5's usual size. */
  static StudyTask ofCaptions(
      String name,
      TrainingTask<?> kind,
      StudySettings settings,
      List<Double> noiseLevels,
      Supplier<PictureExamples> training,
      Function<PictureSet, Probe> probe) {
    return new StudyTask(
        name,
        name.replace('-', ' '),
        kind,
        T5Size.BASE,
        settings.learningRate(),
        noiseLevels,
        training,
        probe);
  }

  /**
   * A task with a text beside the picture, to be compared with it. To compare is hard: a smaller T5
   * stays at chance for as many steps, and the larger one wants half the learning rate.
   */
  static StudyTask ofComparison(
      String name,
      TrainingTask<?> kind,
      StudySettings settings,
      Supplier<PictureExamples> training,
      Function<PictureSet, Probe> probe) {
    return new StudyTask(
        name,
        name.replace('-', ' '),
        kind,
        T5Size.LARGE,
        settings.learningRate() / 2,
        settings.noiseChoice(),
        training,
        probe);
  }
}
