package io.github.close4j.examples.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the trained model is evaluated on: pictures, or their cached vectors.
 *
 * @param corpus files with what people said, of the run's task
 * @param images the folder that the corpus's pictures are in, or null for the corpus's own; its
 *     content is not hashed
 * @param vectors CLIP vectors of the pictures in place of them, row by row, or null
 * @param metric the metric that models are compared by, such as {@code CIDEr-D}
 */
public record EvaluationPlan(
    CorpusFiles corpus, @Nullable Path images, @Nullable InputFile vectors, String metric) {

  /**
   * Makes the folder's path absolute.
   *
   * @param corpus see the record
   * @param images see the record
   * @param vectors see the record
   * @param metric see the record
   * @throws IllegalArgumentException if there are pictures and vectors
   */
  public EvaluationPlan {
    images = images == null ? null : images.toAbsolutePath().normalize();
    if (images != null && vectors != null) {
      throw new IllegalArgumentException("evaluation: expected pictures or vectors, found both");
    }
  }

  void requireUnchanged() {
    corpus.requireUnchanged();
    if (vectors != null) {
      vectors.requireUnchanged();
    }
  }
}
