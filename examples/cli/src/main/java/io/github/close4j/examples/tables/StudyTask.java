package io.github.close4j.examples.tables;

import io.github.close4j.examples.scenes.CaptionStyle;
import io.github.close4j.examples.scenes.Scene;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneEntailment;
import io.github.close4j.examples.scenes.SceneQuestion;
import io.github.close4j.examples.scenes.SceneTokenizers;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.EntailmentPair;
import io.github.close4j.training.corpus.VisualQuestion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** The tasks of the study: the paper's, on scenes. */
enum StudyTask {
  CAPTIONING_SINGLE("captioning, single", TrainingTask.CAPTIONING_SINGLE) {
    @Override
    List<TrainingExample> examples(Scene scene, List<String> captions, SplittableRandom random) {
      return TrainingTask.CAPTIONING_SINGLE.examples(CaptionedImage.of(captions));
    }
  },
  CAPTIONING_MULTIPLE("captioning, multiple", TrainingTask.CAPTIONING_MULTIPLE) {
    @Override
    List<TrainingExample> examples(Scene scene, List<String> captions, SplittableRandom random) {
      return TrainingTask.CAPTIONING_MULTIPLE.examples(CaptionedImage.of(captions));
    }

    @Override
    int scenes(StudySettings settings) {
      return settings.multipleScenes();
    }
  },
  ENTAILMENT("entailment", TrainingTask.ENTAILMENT) {
    @Override
    List<TrainingExample> examples(Scene scene, List<String> captions, SplittableRandom random) {
      List<TrainingExample> examples = new ArrayList<>();
      for (String premise : captions.subList(0, PREMISES_A_SCENE)) {
        SceneEntailment drawn = SceneEntailment.draw(scene, random);
        examples.addAll(
            TrainingTask.ENTAILMENT.examples(
                new EntailmentPair(premise, drawn.hypothesis(), drawn.label())));
      }
      return examples;
    }

    @Override
    boolean hasText() {
      return true;
    }

    @Override
    Probe probe(SceneCorpus corpus, long seed) {
      return Probes.entailment(corpus, seed);
    }
  },
  QUESTIONS("question answering", TrainingTask.VQA) {
    @Override
    List<TrainingExample> examples(Scene scene, List<String> captions, SplittableRandom random) {
      List<TrainingExample> examples = new ArrayList<>();
      for (SceneQuestion question : SceneQuestion.draw(scene, random)) {
        List<String> answers = Collections.nCopies(Probes.PEOPLE, question.answer());
        examples.addAll(
            TrainingTask.VQA.examples(
                new VisualQuestion("", "", captions, question.question(), answers)));
      }
      return examples;
    }

    @Override
    boolean hasText() {
      return true;
    }

    @Override
    Probe probe(SceneCorpus corpus, long seed) {
      return Probes.questions(corpus, seed);
    }
  },
  CHEERFUL("cheerful captions", TrainingTask.CAPTIONING_SINGLE) {
    @Override
    List<TrainingExample> examples(Scene scene, List<String> captions, SplittableRandom random) {
      return styled(CaptionStyle.CHEERFUL, scene, random);
    }

    @Override
    Probe probe(SceneCorpus corpus, long seed) {
      return Probes.style(CaptionStyle.CHEERFUL, corpus, seed);
    }
  },
  TELEGRAM("telegram captions", TrainingTask.CAPTIONING_SINGLE) {
    @Override
    List<TrainingExample> examples(Scene scene, List<String> captions, SplittableRandom random) {
      return styled(CaptionStyle.TELEGRAM, scene, random);
    }

    @Override
    Probe probe(SceneCorpus corpus, long seed) {
      return Probes.style(CaptionStyle.TELEGRAM, corpus, seed);
    }
  };

  private static final int PREMISES_A_SCENE = 3;

  private final String title;
  private final TrainingTask<?> task;

  StudyTask(String title, TrainingTask<?> task) {
    this.title = title;
    this.task = task;
  }

  String title() {
    return title;
  }

  int batchSize() {
    return task.batchSize();
  }

  int maxTokens() {
    return task.maxTokens();
  }

  int scenes(StudySettings settings) {
    return settings.trainingScenes();
  }

  /** Whether a text stands beside the picture, to be compared with it. */
  boolean hasText() {
    return false;
  }

  /** The size of T5. To compare is hard: a smaller one stays at chance for as many steps. */
  T5Size size() {
    return hasText() ? T5Size.LARGE : T5Size.BASE;
  }

  /** AdamW's first learning rate; the larger T5 wants half. */
  double learningRate(StudySettings settings) {
    return hasText() ? settings.learningRate() / 2 : settings.learningRate();
  }

  /** What is asked about a corpus's pictures; by default a caption. */
  Probe probe(SceneCorpus corpus, long seed) {
    return Probes.captions(corpus);
  }

  abstract List<TrainingExample> examples(
      Scene scene, List<String> captions, SplittableRandom random);

  SceneExamples training(SceneCorpus corpus, StudySettings settings) {
    SplittableRandom random = new SplittableRandom(SceneSet.TRAINING.seed());
    SceneExamples all = SceneExamples.empty();
    for (int i = 0; i < scenes(settings); i++) {
      all.add(i, examples(corpus.scenes().get(i), corpus.captions().get(i), random));
    }
    return all;
  }

  /** A styled caption is to be said from its own vector, as in captioning with single captions. */
  private static List<TrainingExample> styled(
      CaptionStyle style, Scene scene, SplittableRandom random) {
    return style.captions(scene, SceneCorpus.CAPTIONS_A_SCENE, random).stream()
        .map(
            caption ->
                new TrainingExample(
                    List.of(SceneTokenizers.knownToClip(caption)), null, List.of(caption)))
        .toList();
  }
}
