package io.github.close4j.examples.tables;

import io.github.close4j.adapter.IdentityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.scenes.Scene;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneEntailment;
import io.github.close4j.examples.scenes.SceneQuestion;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.task.TrainingExample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Trains the T5 that all rows of a size start from, as the paper starts from a pretrained T5: words
 * of texts are left out, and the texts are to be restored. The texts are captions, questions and
 * hypotheses of the training scenes. No example has a vector of CLIP's: all have the same one.
 */
final class Pretraining {
  private static final double LEFT_OUT = 0.4;
  private static final int BATCH_SIZE = 128;
  private static final long SEED = 0;

  private Pretraining() {}

  static String job(T5Size size) {
    return "t5-" + SceneSet.fileWord(size);
  }

  static void run(
      T5Size size,
      StudyFiles files,
      StudySettings settings,
      StudyData data,
      TrainingListener listener) {
    new RowTraining(
            files,
            size,
            null,
            new IdentityAdapter(),
            RowTraining.options(
                settings.pretrainingRate(), settings.pretrainingEpochs(), BATCH_SIZE, SEED))
        .run(
            examples(data.corpus(SceneSet.TRAINING), settings.pretrainingTexts()),
            (examples, told) -> sameForAll(examples.size(), files),
            files.model(job(size)),
            listener);
  }

  private static EmbeddingBatch sameForAll(int examples, StudyFiles files) {
    EmbeddingBatch vectors =
        EmbeddingBatch.allocate(examples, files.clip().config().projectionDim());
    Arrays.fill(vectors.values(), 1);
    vectors.normalize();
    return vectors;
  }

  private static List<TrainingExample> examples(SceneCorpus corpus, int count) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<String> texts = new ArrayList<>();
    for (int i = 0; texts.size() < count && i < corpus.scenes().size(); i++) {
      Scene scene = corpus.scenes().get(i);
      texts.addAll(corpus.captions().get(i));
      texts.add(SceneEntailment.draw(scene, random).hypothesis());
      SceneQuestion.draw(scene, random).forEach(question -> texts.add(question.question()));
    }
    return texts.stream()
        .map(text -> new TrainingExample(List.of(text), withGaps(text, random), List.of(text)))
        .toList();
  }

  private static String withGaps(String text, SplittableRandom random) {
    return Stream.of(text.split(" "))
        .filter(word -> random.nextDouble() >= LEFT_OUT)
        .collect(Collectors.joining(" "));
  }
}
