package io.github.close4j.examples.tables;

import com.google.common.base.Suppliers;
import io.github.close4j.UnusableFileException;
import io.github.close4j.examples.photographs.PhotographSet;
import io.github.close4j.examples.photographs.StyleJudge;
import io.github.close4j.examples.photographs.StyleJudge.Style;
import io.github.close4j.examples.photographs.StyledCaptions;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Photographs with captions. The photographs that models are judged on are split in two halves: σ
 * is chosen and adapters are fitted on one, and results are reported on the other. So the pairs of
 * adapters are such as neither CLIP nor T5 has seen, which those of the training photographs are
 * not: CLIP was trained on them, and brought them closer together than others. Pairs of another
 * distribution are drawn scenes, which this CLIP never saw the like of.
 */
final class PhotographWorld implements StudyWorld {
  /** The halves, the text of the other corpus and the scenes are drawn with it. */
  static final long SEED = 17;

  /** What is scored of captions beside CIDEr-D. */
  static final List<CaptionMetric> METRICS = List.of(CaptionMetric.BLEU_4, CaptionMetric.ROUGE_L);

  private final ClipFiles clip;
  private final PhotographFiles files;
  private final StudySettings settings;
  private final Supplier<PhotographSet> training;
  private final Supplier<PhotographSet> judged;
  private final Supplier<List<CaptionedImage>> more;
  private final Supplier<Map<Style, List<List<String>>>> styled;
  private final Supplier<StyleJudge> judge;
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
        Suppliers.memoize(() -> first(read(files.captions()), settings.trainingPictures()));
    this.judged = Suppliers.memoize(this::readJudged);
    this.more = Suppliers.memoize(this::readMore);
    this.styled = Suppliers.memoize(this::readStyled);
    this.judge = Suppliers.memoize(this::trainJudge);
    this.vocabularySize =
        Suppliers.memoize(() -> TokenizerFiles.vocabularySize(files.t5Tokenizer()));
    this.tasks = new PhotographTasks(this, settings).byPart();
  }

  private PhotographSet read(Path captions) {
    return PhotographSet.read(captions, files.images());
  }

  private PhotographSet readJudged() {
    PhotographSet photographs = read(files.validationCaptions());
    Set<Path> trained = Set.copyOf(training.get().files());
    for (Path file : photographs.files()) {
      if (trained.contains(file)) {
        throw new UnusableFileException(
            files.validationCaptions(),
            "expected no picture of %s, found %s".formatted(files.captions(), file));
      }
    }
    if (photographs.size() < 2) {
      throw new UnusableFileException(
          files.validationCaptions(), "expected at least 2 pictures, found " + photographs.size());
    }
    return photographs.some(shuffled(photographs.size()));
  }

  private List<CaptionedImage> readMore() {
    if (files.moreCaptions() == null) {
      return List.of();
    }
    List<CaptionedImage> all = Corpus.captions(files.moreCaptions()).read();
    return shuffled(all.size()).stream().limit(settings.otherPictures()).map(all::get).toList();
  }

  private static List<Integer> shuffled(int size) {
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(numbers, new Random(SEED));
    return numbers;
  }

  private static PhotographSet first(PhotographSet photographs, int atMost) {
    return part(photographs, 0, Math.min(atMost, photographs.size()));
  }

  private static PhotographSet part(PhotographSet photographs, int from, int to) {
    return photographs.some(IntStream.range(from, to).boxed().toList());
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
                    size(training.get().captions()),
                    half(PictureSet.VALIDATION).size(),
                    half(PictureSet.TEST).size())
            + " the two halves of the validation photographs, split with seed %d.".formatted(SEED));
    if (hasMore()) {
      notes.add(
          "Text of another corpus: %d captions of %d pictures."
              .formatted(
                  size(more.get().stream().map(CaptionedImage::captions).toList()),
                  more.get().size()));
    }
    notes.add(
        "Adapters: held-out pairs are the photographs that σ is chosen on, with all their captions;"
            + " those of another distribution %d drawn scenes, with %d captions each."
                .formatted(settings.pairs(), SceneCorpus.CAPTIONS_A_SCENE));
    return notes;
  }

  private static int size(List<List<String>> captions) {
    return captions.stream().mapToInt(List::size).sum();
  }

  /** The styles that there are captions in. */
  Set<Style> styles() {
    return files.styles().keySet();
  }

  /** Captions in a style, those of each training picture. */
  List<List<String>> styled(Style style) {
    return styled.get().getOrDefault(style, List.of());
  }

  /** Tells styles by the training pictures' captions. */
  StyleJudge judge() {
    return judge.get();
  }

  private Map<Style, List<List<String>>> readStyled() {
    List<List<String>> plain = new ArrayList<>(training.get().captions());
    plain.addAll(judged.get().captions());
    Map<Style, List<List<String>>> byStyle = new EnumMap<>(Style.class);
    files
        .styles()
        .forEach(
            (style, file) ->
                byStyle.put(
                    style,
                    StyledCaptions.byPicture(plain, lines(file))
                        .subList(0, training.get().size())));
    return byStyle;
  }

  private static List<String> lines(Path file) {
    return Corpus.lines(file).read().stream()
        .map(CaptionedImage::captions)
        .flatMap(List::stream)
        .toList();
  }

  private StyleJudge trainJudge() {
    Map<Style, List<String>> captions = new EnumMap<>(Style.class);
    captions.put(Style.PLAIN, training.get().captions().stream().flatMap(List::stream).toList());
    styled
        .get()
        .forEach(
            (style, byPicture) ->
                captions.put(style, byPicture.stream().flatMap(List::stream).toList()));
    return new StyleJudge(captions);
  }

  /** Whether there is text of another corpus. */
  boolean hasMore() {
    return files.moreCaptions() != null;
  }

  /** Records of the other corpus, to be trained on as text. */
  List<CaptionedImage> more() {
    return more.get();
  }

  /** The photographs of one half of those that models are judged on. */
  private PhotographSet half(PictureSet set) {
    PhotographSet all = judged.get();
    int middle = all.size() / 2;
    return set == PictureSet.TEST
        ? first(part(all, middle, all.size()), settings.testPictures())
        : first(part(all, 0, middle), settings.validationPictures());
  }

  @Override
  public CaptionedPictures pictures(PictureSet set) {
    return switch (set) {
      case TRAINING -> pictures(training.get());
      case VALIDATION, TEST -> pictures(half(set));
      case HELD_OUT_PAIRS -> pictures(first(half(PictureSet.VALIDATION), settings.pairs()));
      case OTHER_PAIRS -> scenes();
    };
  }

  private static CaptionedPictures pictures(PhotographSet photographs) {
    return new CaptionedPictures(
        photographs.files().stream().map(PhotographWorld::name).toList(),
        photographs.captions(),
        i -> ImageDecoder.decode(photographs.files().get(i)));
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
          case SMALL -> 4;
          case BASE -> 6;
          case LARGE -> 8;
        };
    return T5Size.config(heads, vocabularySize.get());
  }
}
