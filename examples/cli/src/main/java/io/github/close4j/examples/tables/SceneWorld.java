package io.github.close4j.examples.tables;

import io.github.close4j.examples.clip.SceneClip;
import io.github.close4j.examples.scenes.Layout;
import io.github.close4j.examples.scenes.Scene;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.SceneTokenizers;
import io.github.close4j.examples.scenes.Slot;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.examples.world.SceneEvaluation;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.T5Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Drawn scenes: no two sets share one, and no combination is in two {@link Split splits}. */
final class SceneWorld implements StudyWorld {
  /** The slots that tables show. */
  private static final List<Slot> SLOTS =
      List.of(Slot.COLOUR, Slot.SHAPE, Slot.OBJECTS_EXACT, Slot.COUNT, Slot.RELATION, Slot.ALL);

  private final Path clipDirectory;
  private final StudySettings settings;
  private final Map<PictureSet, SceneCorpus> corpora = new EnumMap<>(PictureSet.class);
  private final Map<StudyPart, List<StudyTask>> tasks;

  /**
   * The world of a CLIP.
   *
   * @param clipDirectory has the small CLIP
   * @param settings how much to train and judge on
   */
  SceneWorld(Path clipDirectory, StudySettings settings) {
    this.clipDirectory = clipDirectory;
    this.settings = settings;
    this.tasks = new SceneTasks(this::corpus, SLOTS, settings).byPart();
  }

  @Override
  public ClipFiles clip() {
    return SceneClip.files(clipDirectory);
  }

  @Override
  public StudySettings settings() {
    return settings;
  }

  @Override
  public String identity() {
    return "scenes " + settings;
  }

  @Override
  public List<String> notes() {
    return List.of(
        "Scenes: %d to train on, σ chosen on %d, results on %d others of combinations never trained"
                .formatted(
                    settings.trainingPictures(),
                    settings.validationPictures(),
                    settings.testPictures())
            + " on; adapters fitted on %d pairs.".formatted(settings.pairs()));
  }

  @Override
  public CaptionedPictures pictures(PictureSet set) {
    SceneCorpus corpus = corpus(set);
    List<Scene> scenes = corpus.scenes();
    // An adapter is fitted on as many scenes as pairs.
    int captions = isOfPairs(set) ? 1 : SceneCorpus.CAPTIONS_A_SCENE;
    return new CaptionedPictures(
        IntStream.range(0, scenes.size())
            .mapToObj(i -> "scene %d of %s".formatted(i, PictureSet.fileWord(set)))
            .toList(),
        corpus.captions().stream().map(all -> all.subList(0, captions)).toList(),
        i -> SceneRenderer.render(scenes.get(i)));
  }

  private static boolean isOfPairs(PictureSet set) {
    return set == PictureSet.HELD_OUT_PAIRS || set == PictureSet.OTHER_PAIRS;
  }

  private SceneCorpus corpus(PictureSet set) {
    return corpora.computeIfAbsent(set, this::draw);
  }

  private SceneCorpus draw(PictureSet set) {
    long seed = seed(set);
    return switch (set) {
      case TRAINING -> SceneCorpus.draw(Split.TRAIN, settings.trainingPictures(), seed);
      case VALIDATION -> SceneCorpus.draw(Split.VALIDATION, settings.validationPictures(), seed);
      case TEST -> SceneCorpus.draw(Split.TEST, settings.testPictures(), seed);
      case HELD_OUT_PAIRS -> SceneCorpus.draw(Split.VALIDATION, settings.pairs(), seed);
      case OTHER_PAIRS -> withoutRelations(settings.pairs(), seed);
    };
  }

  /** What a set, and what is asked about it, is drawn with. */
  static long seed(PictureSet set) {
    return switch (set) {
      case TRAINING -> 17;
      case VALIDATION -> SceneEvaluation.VALIDATION_SEED;
      case TEST -> SceneEvaluation.TEST_SEED;
      case HELD_OUT_PAIRS, OTHER_PAIRS -> 999;
    };
  }

  /** Half of the scenes that the generator draws show two different objects. */
  private static SceneCorpus withoutRelations(int size, long seed) {
    SceneCorpus all = SceneCorpus.draw(Split.TRAIN, 3 * size, seed);
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < all.scenes().size() && kept.size() < size; i++) {
      if (all.scenes().get(i).layout() != Layout.RELATION) {
        kept.add(i);
      }
    }
    return new SceneCorpus(
        kept.stream().map(all.scenes()::get).toList(),
        kept.stream().map(all.captions()::get).toList());
  }

  @Override
  public Map<StudyPart, List<StudyTask>> tasks() {
    return tasks;
  }

  @Override
  public List<String> captionScores() {
    return SLOTS.stream().map(PictureSet::title).collect(Collectors.toList());
  }

  @Override
  public String pairs(PictureSet set) {
    return set == PictureSet.OTHER_PAIRS
        ? "pairs of another distribution, without relations (CC3M)"
        : "held-out pairs (COCO)";
  }

  @Override
  public void writeT5Tokenizer(Path file) {
    WholeFile.write(file, SceneTokenizers.t5ForAllTasks());
  }

  @Override
  public T5Config t5(T5Size size) {
    int heads =
        switch (size) {
          case SMALL -> 1;
          case BASE -> 2;
          case LARGE -> 4;
        };
    return T5Size.config(heads, SceneTokenizers.t5VocabularySizeForAllTasks());
  }
}
