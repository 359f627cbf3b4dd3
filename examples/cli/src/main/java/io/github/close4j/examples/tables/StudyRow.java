package io.github.close4j.examples.tables;

/**
 * One model of the study: all that tells it from the others.
 *
 * @param task the name of the task that it is trained for
 * @param adapter what changes its vectors while training
 * @param source where its training vectors come from
 * @param size the size of its T5
 * @param seed seed of the prefix, the order, the noise and dropout
 */
record StudyRow(String task, RowAdapter adapter, Source source, T5Size size, long seed) {

  /** What stands before the decoder in training. */
  enum Source {
    /** CLIP's vectors of texts. */
    TEXT,
    /** CLIP's vectors of the pictures themselves: the upper bound. */
    IMAGE
  }

  static StudyRow ofText(StudyTask task, RowAdapter adapter, long seed) {
    return new StudyRow(task.name(), adapter, Source.TEXT, task.size(), seed);
  }

  static StudyRow ofImages(StudyTask task, long seed) {
    return new StudyRow(task.name(), RowAdapter.noise(0), Source.IMAGE, task.size(), seed);
  }

  StudyRow withSize(T5Size other) {
    return new StudyRow(task, adapter, source, other, seed);
  }

  StudyRow withSeed(long other) {
    return new StudyRow(task, adapter, source, size, other);
  }

  /** The row's name, fit for a file: no two rows share one. */
  String name() {
    return "%s.%s.%s.%s.seed-%d"
        .formatted(
            task, adapter.name(), PictureSet.fileWord(source), PictureSet.fileWord(size), seed);
  }
}
