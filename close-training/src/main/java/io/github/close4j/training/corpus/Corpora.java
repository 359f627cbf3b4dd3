package io.github.close4j.training.corpus;

import com.google.common.collect.ImmutableSet;
import com.google.gson.JsonElement;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The corpora that can be read, each from UTF-8 files that are plain or gzip, whatever their names.
 *
 * <p>All but COCO's caption file, whose captions are not ordered by picture, are read record by
 * record; of the VQA corpus, captions and answers are held in memory.
 */
public final class Corpora {
  private Corpora() {}

  /**
   * Captions in the form that the file's name tells, {@code .gz} aside: {@code .jsonl} as {@link
   * #jsonLines}, {@code .json} as {@link #coco}, anything else as {@link #lines}.
   *
   * @param file the file
   * @return the corpus
   */
  public static Corpus<CaptionedImage> captions(Path file) {
    String name = file.toString().replaceFirst("\\.gz$", "");
    if (name.endsWith(".jsonl")) {
      return jsonLines(file);
    }
    return name.endsWith(".json") ? coco(file) : lines(file);
  }

  /**
   * Captions, one a line; each is a picture of its own. Blank lines are passed over.
   *
   * @param file the file
   * @return the corpus
   */
  public static Corpus<CaptionedImage> lines(Path file) {
    return named(file, CaptionCorpora.lines(file));
  }

  /**
   * Captions by picture: a JSON object {@code {"id": 1, "image": "a.png", "captions": ["…"]}} a
   * line, where id and image are optional. Blank lines are passed over.
   *
   * @param file the file
   * @return the corpus
   */
  public static Corpus<CaptionedImage> jsonLines(Path file) {
    return named(file, CaptionCorpora.jsonLines(file));
  }

  /**
   * COCO's caption file, {@code captions_train2014.json}: a list of images and one of annotations.
   * Images without a caption are passed over.
   *
   * @param file the file
   * @return the corpus, in the order of the images
   */
  public static Corpus<CaptionedImage> coco(Path file) {
    return named(file, CaptionCorpora.coco(file));
  }

  /**
   * Karpathy's file of COCO, Flickr8k or Flickr30k, {@code dataset_coco.json}; captions are the
   * {@code raw} ones.
   *
   * @param file the file
   * @param splits which images to take: {@code train}, {@code restval}, {@code val}, {@code test};
   *     CLOSE trains on {@code train} alone
   * @return the corpus
   * @throws IllegalArgumentException if there is no split
   */
  public static Corpus<CaptionedImage> karpathy(Path file, Set<String> splits) {
    if (splits.isEmpty()) {
      throw new IllegalArgumentException("splits: expected at least one, found none");
    }
    return named(file, CaptionCorpora.karpathy(file, ImmutableSet.copyOf(splits)));
  }

  /**
   * SNLI or SNLI-VE: a JSON object with {@code sentence1}, {@code sentence2} and {@code gold_label}
   * a line, and optionally {@code pairID} and {@code captionID}, which begins with the picture's
   * file. Pairs without agreement on a label ({@code -}) are passed over.
   *
   * @param file the file
   * @return the corpus
   */
  public static Corpus<EntailmentPair> snli(Path file) {
    return named(file, EntailmentCorpora.snli(file));
  }

  /**
   * SICK: columns separated by tabs, named in the first line. Labels are lower-cased.
   *
   * @param file the file
   * @return the corpus
   */
  public static Corpus<EntailmentPair> sick(Path file) {
    return named(file, EntailmentCorpora.sick(file));
  }

  /**
   * VQA v2, each question with all captions of its picture. A question without annotation or
   * caption is malformed.
   *
   * @param questions the file of questions
   * @param annotations the file of annotations
   * @param captions the pictures' captions; their ids are COCO's numbers
   * @return the corpus, in the order of the questions
   */
  public static Corpus<VisualQuestion> vqa(
      Path questions, Path annotations, Corpus<CaptionedImage> captions) {
    return named(questions, new VqaCorpus(questions, annotations, captions));
  }

  /**
   * VQA-E: a list of questions with answers and an explanation, whose text alone is taken, stripped
   * of blanks around it.
   *
   * @param file the file
   * @return the corpus
   */
  public static Corpus<VisualQuestion> vqaE(Path file) {
    return named(file, VqaCorpus.withExplanations(file));
  }

  /**
   * Visual News: a list of pictures with captions and the paths of articles. A picture whose
   * article is missing is malformed. (The reference passes over it without a word.)
   *
   * @param file the list
   * @param directory the folder that the list's paths start from; no path may leave it
   * @return the corpus
   */
  public static Corpus<NewsPicture> visualNews(Path file, Path directory) {
    return named(file, new NewsCorpus(file, directory));
  }

  /**
   * Texts by id: a JSON list of objects, such as COCO's result files. An empty text is kept.
   *
   * @param file the file
   * @param idField the field of the id, a number or a text
   * @param textField the field of the text
   * @return the corpus, of ids and texts
   */
  public static Corpus<Map.Entry<String, String>> pairs(
      Path file, String idField, String textField) {
    return named(
        file,
        malformed ->
            Located.<JsonElement, Map.Entry<String, String>>parse(
                JsonArrays.stream(file, null),
                (element, pairs) -> {
                  JsonFields fields = JsonFields.of(element);
                  pairs.accept(Map.entry(fields.name(idField), fields.anyText(textField)));
                },
                malformed));
  }

  /** A corpus that says in errors which file it is. */
  private static <T> Corpus<T> named(Path file, Corpus<T> corpus) {
    return new Named<>(file, corpus);
  }

  private record Named<T>(Path file, Corpus<T> corpus) implements Corpus<T> {
    @Override
    public Stream<T> stream(MalformedRecords malformed) {
      return corpus.stream(malformed);
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }
}
