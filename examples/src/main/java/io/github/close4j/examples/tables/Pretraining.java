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
 * Trains the T5 that all rows of a size start from, on text against text, as the paper's T5 was: to
 * restore captions that lack words, and, as T5's own mixture has questions and entailment of texts,
 * to answer questions on a caption that stands before them and to judge hypotheses on one. All is
 * of the training scenes. No example has a vector of CLIP's: all have the same one, so that only a
 * row learns to read vectors.
 */
final class Pretraining {
  private static final double LEFT_OUT = 0.4;
  private static final int BATCH_SIZE = 128;
  private static final int CAPTIONS_TO_RESTORE = 2;
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
    List<TrainingExample> examples = new ArrayList<>();
    for (int i = 0; examples.size() < count && i < corpus.scenes().size(); i++) {
      Scene scene = corpus.scenes().get(i);
      List<String> captions = corpus.captions().get(i);
      for (String caption : captions.subList(0, CAPTIONS_TO_RESTORE)) {
        examples.add(example(withGaps(caption, random), caption));
      }
      for (String premise : captions.subList(CAPTIONS_TO_RESTORE, captions.size())) {
        SceneEntailment drawn = SceneEntailment.draw(scene, random);
        examples.add(example(premise + " " + drawn.hypothesis(), drawn.label()));
      }
      for (SceneQuestion question : SceneQuestion.draw(scene, random)) {
        String caption = captions.get(random.nextInt(captions.size()));
        examples.add(example(caption + " " + question.question(), question.answer()));
      }
    }
    return examples;
  }

  private static TrainingExample example(String text, String target) {
    return new TrainingExample(List.of(text), text, List.of(target));
  }

  private static String withGaps(String text, SplittableRandom random) {
    return Stream.of(text.split(" "))
        .filter(word -> random.nextDouble() >= LEFT_OUT)
        .collect(Collectors.joining(" "));
  }
}
