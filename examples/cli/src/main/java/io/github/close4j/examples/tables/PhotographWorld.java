package io.github.close4j.examples.tables;

import com.google.common.base.Suppliers;
import io.github.close4j.UnusableFileException;
import io.github.close4j.examples.scenes.Scene;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.onnx.internal.tokenizer.TokenizerFiles;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Photographs with captions. The photographs that models are judged on are split in two halves: σ
 * is chosen and adapters are fitted on one, and results are reported on the other. So the pairs of
 * adapters are such as neither CLIP nor T5 has seen, which those of the training photographs are
 * not: CLIP was trained on them, and brought them closer together than others. Pairs of another
 * distribution are drawn scenes, which this CLIP never saw the like of.
 */
final class PhotographWorld implements StudyWorld {
  /** The halves, the text of the other corpus and the scenes are drawn with it. */
  private static final long SEED = 17;

  /** What is scored of captions beside CIDEr-D. */
  static final List<CaptionMetric> METRICS = List.of(CaptionMetric.BLEU_4, CaptionMetric.ROUGE_L);

  private final ClipFiles clip;
  private final PhotographFiles files;
  private final StudySettings settings;
  private final Supplier<List<CaptionedImage>> training;
  private final Supplier<List<CaptionedImage>> judged;
  private final Supplier<List<CaptionedImage>> more;
  private final Supplier<Integer> vocabularySize;
  private final Map<StudyPart, List<StudyTask>> tasks;

  /**
   * The world of some files, which are read when they are needed.
   *
   * @param clip the CLIP
   * @param files the captions and pictures
   * @param settings how much to train and judge on
   */
  PhotographWorld(ClipFiles clip, PhotographFiles files, StudySettings settings) {
    this.clip = clip;
    this.files = files;
    this.settings = settings;
    this.training =
        Suppliers.memoize(
            () -> first(Corpus.captions(files.captions()).read(), settings.trainingPictures()));
    this.judged = Suppliers.memoize(this::readJudged);
    this.more = Suppliers.memoize(this::readMore);
    this.vocabularySize =
        Suppliers.memoize(() -> TokenizerFiles.vocabularySize(files.t5Tokenizer()));
    this.tasks = new PhotographTasks(this, settings).byPart();
  }

  private List<CaptionedImage> readJudged() {
    List<CaptionedImage> records = Corpus.captions(files.validationCaptions()).read();
    Set<@Nullable String> trained =
        training.get().stream().map(CaptionedImage::image).collect(Collectors.toSet());
    for (CaptionedImage record : records) {
      if (record.image() != null && trained.contains(record.image())) {
        throw new UnusableFileException(
            files.validationCaptions(),
            "expected no picture of %s, found %s".formatted(files.captions(), record.image()));
      }
    }
    return shuffled(records);
  }

  private List<CaptionedImage> readMore() {
    Path file = files.moreCaptions();
    return file == null
        ? List.of()
        : first(shuffled(Corpus.captions(file).read()), settings.otherPictures());
  }

  private static List<CaptionedImage> shuffled(List<CaptionedImage> records) {
    List<CaptionedImage> shuffled = new ArrayList<>(records);
    Collections.shuffle(shuffled, new Random(SEED));
    return shuffled;
  }

  private static List<CaptionedImage> first(List<CaptionedImage> records, int atMost) {
    return records.subList(0, Math.min(atMost, records.size()));
  }

  @Override
  public ClipFiles clip() {
    return clip;
  }

  @Override
  public StudySettings settings() {
    return settings;
  }

  @Override
  public String identity() {
    return "photographs " + settings + " " + files.identity();
  }

  @Override
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "Photographs: %d to train on, with %d captions; σ chosen on %d others and results on %d more,"
                .formatted(
                    training.get().size(),
                    captions(training.get()),
                    half(PictureSet.VALIDATION).size(),
                    half(PictureSet.TEST).size())
            + " the two halves of the validation photographs, split with seed %d.".formatted(SEED));
    if (hasMore()) {
      notes.add(
          "Text of another corpus: %d captions of %d pictures."
              .formatted(captions(more.get()), more.get().size()));
    }
    notes.add(
        "Adapters: held-out pairs are the photographs that σ is chosen on, with all their captions;"
            + " those of another distribution %d drawn scenes, with %d captions each."
                .formatted(settings.pairs(), SceneCorpus.CAPTIONS_A_SCENE));
    return notes;
  }

  private static long captions(List<CaptionedImage> records) {
    return records.stream().mapToLong(record -> record.captions().size()).sum();
  }

  /** Whether there is text of another corpus. */
  boolean hasMore() {
    return files.moreCaptions() != null;
  }

  /** Records of the other corpus, to be trained on as text. */
  List<CaptionedImage> more() {
    return more.get();
  }

  /** The training pictures' records. */
  List<CaptionedImage> training() {
    return training.get();
  }

  /** The photographs of one half of those that models are judged on. */
  private List<CaptionedImage> half(PictureSet set) {
    List<CaptionedImage> all = judged.get();
    int middle = all.size() / 2;
    if (middle == 0) {
      throw new UnusableFileException(
          files.validationCaptions(), "expected at least 2 pictures, found " + all.size());
    }
    return set == PictureSet.TEST
        ? first(all.subList(middle, all.size()), settings.testPictures())
        : first(all.subList(0, middle), settings.validationPictures());
  }

  @Override
  public CaptionedPictures pictures(PictureSet set) {
    return switch (set) {
      case TRAINING -> photographs(training.get(), files.captions());
      case VALIDATION, TEST -> photographs(half(set), files.validationCaptions());
      case HELD_OUT_PAIRS ->
          photographs(first(half(set), settings.pairs()), files.validationCaptions());
      case OTHER_PAIRS -> scenes();
    };
  }

  private CaptionedPictures photographs(List<CaptionedImage> records, Path corpus) {
    List<Path> pictures = records.stream().map(record -> picture(record, corpus)).toList();
    return new CaptionedPictures(
        pictures.stream().map(PhotographWorld::name).toList(),
        records.stream().map(CaptionedImage::captions).toList(),
        i -> ImageDecoder.decode(pictures.get(i)));
  }

  private Path picture(CaptionedImage record, Path corpus) {
    if (record.image() == null) {
      throw new UnusableFileException(
          corpus, "expected a picture beside every caption, found none of " + record.captions());
    }
    Path file = files.images().resolve(record.image()).normalize();
    if (!file.startsWith(files.images().normalize())) {
      throw new UnusableFileException(
          corpus, "expected pictures in %s, found %s".formatted(files.images(), record.image()));
    }
    return file;
  }

  /** A file that was replaced by another has another name. */
  private static String name(Path picture) {
    try {
      return "%s %d %s"
          .formatted(
              picture.toAbsolutePath(),
              Files.size(picture),
              Files.getLastModifiedTime(picture).toInstant());
    } catch (IOException e) {
      throw new UncheckedIOException(picture + ": cannot be read: " + FileFailure.reason(e), e);
    }
  }

  private CaptionedPictures scenes() {
    SceneCorpus corpus = SceneCorpus.draw(Split.TRAIN, settings.pairs(), SEED);
    List<Scene> scenes = corpus.scenes();
    return new CaptionedPictures(
        IntStream.range(0, scenes.size())
            .mapToObj(i -> "scene %d of seed %d".formatted(i, SEED))
            .toList(),
        corpus.captions(),
        i -> SceneRenderer.render(scenes.get(i)));
  }

  @Override
  public Map<StudyPart, List<StudyTask>> tasks() {
    return tasks;
  }

  @Override
  public List<String> captionScores() {
    return METRICS.stream().map(CaptionMetric::title).toList();
  }

  @Override
  public String pairs(PictureSet set) {
    return set == PictureSet.OTHER_PAIRS
        ? "pairs of another distribution, scenes (CC3M)"
        : "held-out pairs (COCO)";
  }

  @Override
  public void writeT5Tokenizer(Path file) {
    TokenizerFiles.write(files.t5Tokenizer(), file);
  }

  @Override
  public T5Config t5(T5Size size) {
    int heads =
        switch (size) {
          case SMALL -> 3;
          case BASE -> 5;
          case LARGE -> 6;
        };
    return T5Size.config(heads, vocabularySize.get());
  }
}
