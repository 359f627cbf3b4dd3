package io.github.close4j.examples.run;

import com.google.common.collect.ImmutableSet;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpus;
import io.github.close4j.training.corpus.EntailmentPair;
import io.github.close4j.training.corpus.NewsPicture;
import io.github.close4j.training.corpus.VisualQuestion;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files that a corpus lies in.
 *
 * @param files each part's file
 * @param splits if not empty, the captions are Karpathy's file, of which these splits are taken
 */
public record CorpusFiles(Map<Part, InputFile> files, List<String> splits) {

  /** What a file holds. */
  public enum Part {
    /** Captions, in any form that {@link Corpus#captions} reads, or in Karpathy's. */
    CAPTIONS,
    /** Pairs of premise and hypothesis: SNLI's {@code .jsonl}, else SICK's columns. */
    PAIRS,
    /** VQA's questions. */
    QUESTIONS,
    /** VQA's annotations. */
    ANNOTATIONS,
    /** VQA-E's questions with answers and explanations. */
    EXPLANATIONS,
    /** Visual News's list. */
    NEWS,
    /** The folder that Visual News's paths start from. */
    ARTICLES;

    /**
     * The part's name in run files.
     *
     * @return the name in lower case
     */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies map and list. */
  public CorpusFiles {
    files = Collections.unmodifiableMap(copy(files));
    splits = List.copyOf(splits);
  }

  private static Map<Part, InputFile> copy(Map<Part, InputFile> files) {
    Map<Part, InputFile> copy = new EnumMap<>(Part.class);
    copy.putAll(files);
    return copy;
  }

  /**
   * A corpus of captions, the whole file.
   *
   * @param file the file
   * @return the corpus
   * @throws IllegalArgumentException if there is no such file
   */
  public static CorpusFiles captions(Path file) {
    return new CorpusFiles(Map.of(Part.CAPTIONS, InputFile.of(file)), List.of());
  }

  /** Refuses files that are no longer what they were. */
  void requireUnchanged() {
    files.values().forEach(InputFile::requireUnchanged);
  }

  /** Says which files these are. */
  String title() {
    StringBuilder title = new StringBuilder();
    files.values().forEach(file -> title.append(' ').append(file.path().getFileName()));
    splits.forEach(split -> title.append(' ').append(split));
    return title.substring(1);
  }

  /**
   * Where pictures are unless another folder is given.
   *
   * @return the folder of the first file; the articles' for news
   */
  public Path folder() {
    Path first = files.values().iterator().next().path();
    return files.containsKey(Part.ARTICLES) ? path(Part.ARTICLES) : first.resolveSibling("");
  }

  Path path(Part part) {
    InputFile file = files.get(part);
    if (file == null) {
      throw new IllegalArgumentException(
          "corpus: expected '%s', found %s"
              .formatted(part.key(), files.keySet().stream().map(Part::key).toList()));
    }
    return file.path();
  }

  /** Reads a corpus; records that cannot be used are told, or end it if that is null. */
  static <T> List<T> read(Corpus<T> corpus, @Nullable Consumer<? super String> skipped) {
    return skipped == null ? corpus.read() : corpus.read(skipped);
  }

  Corpus<CaptionedImage> captions() {
    Path file = path(Part.CAPTIONS);
    return splits.isEmpty()
        ? Corpus.captions(file)
        : Corpus.karpathy(file, ImmutableSet.copyOf(splits));
  }

  Corpus<EntailmentPair> pairs() {
    Path file = path(Part.PAIRS);
    return file.toString().replaceFirst("\\.gz$", "").endsWith(".jsonl")
        ? Corpus.snli(file)
        : Corpus.sick(file);
  }

  Corpus<VisualQuestion> questions() {
    return Corpus.vqa(path(Part.QUESTIONS), path(Part.ANNOTATIONS), captions());
  }

  Corpus<VisualQuestion> explanations() {
    return Corpus.vqaE(path(Part.EXPLANATIONS));
  }

  Corpus<NewsPicture> news() {
    return Corpus.visualNews(path(Part.NEWS), path(Part.ARTICLES));
  }
}
