package io.github.close4j.examples.tables;

import io.github.close4j.adapter.PairedStatistics;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.SceneTokenizers;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.internal.loop.TextVectorCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The study's scenes and their vectors, which are computed once and kept on disk. */
final class StudyData {
  private static final int BATCH_SIZE = 64;
  private static final String VECTORS = "vectors";

  private final StudyFiles files;
  private final StudySettings settings;
  private final Map<SceneSet, SceneCorpus> corpora = new EnumMap<>(SceneSet.class);

  StudyData(StudyFiles files, StudySettings settings) {
    this.files = files;
    this.settings = settings;
  }

  SceneCorpus corpus(SceneSet set) {
    return corpora.computeIfAbsent(set, s -> s.draw(settings));
  }

  /**
   * Computes all vectors that rows need and writes the tokenizer, so that rows that run beside each
   * other find them.
   */
  void prepare(TrainingListener listener) {
    WholeFile.write(files.t5Tokenizer(), SceneTokenizers.t5ForAllTasks());
    for (SceneSet set : SceneSet.values()) {
      images(set);
    }
    for (StudyTask task : StudyTask.values()) {
      text(training(task).examples(), listener);
    }
    statistics(SceneSet.HELD_OUT_PAIRS);
    statistics(SceneSet.OTHER_PAIRS);
  }

  SceneExamples training(StudyTask task) {
    return task.training(corpus(SceneSet.TRAINING), settings);
  }

  /** The vectors of what examples have in place of a picture, a row an example, of norm 1. */
  EmbeddingBatch text(List<TrainingExample> examples, TrainingListener listener) {
    return new TextVectorCache(files.clip(), InferenceOptions.defaults(), files.vectors())
        .of(examples, listener);
  }

  /** The vectors of a set's pictures, a row a scene, of norm 1. */
  EmbeddingBatch images(SceneSet set) {
    Path file = files.imageVectors(set, set.size(settings));
    if (!Files.exists(file)) {
      EmbeddingBatch encoded = encode(corpus(set));
      new Safetensors.Writer(DataType.F32)
          .add(VECTORS, encoded.values(), encoded.rows(), encoded.dimension())
          .write(file);
      return encoded;
    }
    float[] values = Safetensors.open(file).tensor(VECTORS).toFloatArray();
    return EmbeddingBatch.wrap(values, files.clip().config().projectionDim());
  }

  private EmbeddingBatch encode(SceneCorpus corpus) {
    int size = corpus.scenes().size();
    int dimension = files.clip().config().projectionDim();
    EmbeddingBatch all = EmbeddingBatch.allocate(size, dimension);
    try (ClipFeatures encoder = ClipFeatures.open(files.clip(), InferenceOptions.defaults())) {
      for (int from = 0; from < size; from += BATCH_SIZE) {
        int to = Math.min(from + BATCH_SIZE, size);
        float[] rows =
            encoder
                .images(
                    corpus.scenes().subList(from, to).stream().map(SceneRenderer::render).toList())
                .values();
        System.arraycopy(rows, 0, all.values(), from * dimension, rows.length);
      }
    }
    all.normalize();
    return all;
  }

  /** The moments of a set's pictures and the first caption of each. */
  PairedStatistics statistics(SceneSet set) {
    List<TrainingExample> first = new ArrayList<>();
    for (List<String> captions : corpus(set).captions()) {
      first.add(new TrainingExample(captions.subList(0, 1), null, captions.subList(0, 1)));
    }
    return PairedStatistics.of(text(first, TrainingListener.NONE), images(set));
  }
}
