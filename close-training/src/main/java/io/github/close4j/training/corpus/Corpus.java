package io.github.close4j.training.corpus;

import io.github.close4j.UnusableFileException;
import io.github.close4j.training.corpus.Records.Malformed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Records in one or more UTF-8 files, plain or gzip, whatever their names. Opening a corpus reads
 * nothing; each call of {@link #read} or {@link #stream} reads the files anew.
 *
 * <p>Where each caption stands for itself, with the picture that it is of, the captions are held in
 * memory until all are read, and so are the answers of VQA. All else is read record by record.
 *
 * <p>Ids are compared as numbers where they are whole numbers: 42, 42.0 and {@code "42"} are one
 * id, {@code 42}. A byte order mark is passed over. A text without a visible character is none.
 *
 * <p>A record that cannot be used ends the reading, or is told and skipped where there is somebody
 * to be told. A file that is missing, is no text in UTF-8, ends too early or is no JSON ends the
 * reading in any case. Both are an {@link UnusableFileException} that names file, place, what was
 * expected and what was found.
 *
 * @param <T> the kind of record
 */
public final class Corpus<T> {
  private final Path file;
  private final Source<T> source;

  /** Streams the records. */
  @FunctionalInterface
  interface Source<T> {
    Stream<T> stream(Malformed malformed);
  }

  /** {@code file} is the one that errors name. */
  Corpus(Path file, Source<T> source) {
    this.file = file;
    this.source = source;
  }

  /**
   * Captions in whatever form the file has them, told by its first lines; its name is not trusted.
   * Captions of one picture become one record. The forms are
   *
   * <ul>
   *   <li>lines, as {@link #lines}
   *   <li>columns, parted by commas, semicolons, tabs or bars, whose names stand in the first line:
   *       one of {@code caption}, {@code captions}, {@code comment}, {@code text}, {@code
   *       sentence}, {@code raw}, and one such as {@code image}, {@code image_name}, {@code
   *       filename}, {@code image_id}; others are passed over. (Flickr8k's {@code captions.txt},
   *       Flickr30k's {@code results.csv})
   *   <li>columns without names, if one has pictures' files and one text: {@code
   *       name.jpg#0<TAB>caption} (Flickr8k's {@code Flickr8k.token.txt})
   *   <li>JSON lines, as {@link #jsonLines}, or a JSON list of such objects (BLIP's)
   *   <li>COCO's document, as {@link #coco}
   * </ul>
   *
   * <p>Any other form is refused, and the message says which one was found. Karpathy's is one of
   * them, since its splits have to be named: see {@link #karpathy}.
   *
   * @param file the file
   * @return the corpus
   */
  public static Corpus<CaptionedImage> captions(Path file) {
    return new Corpus<>(file, malformed -> CaptionCorpora.any(file, malformed));
  }

  /**
   * Captions, one a line; each is a picture of its own. Blank lines are passed over. A file in one
   * of the other forms of {@link #captions} is refused.
   *
   * @param file the file
   * @return the corpus
   */
  public static Corpus<CaptionedImage> lines(Path file) {
    return new Corpus<>(file, malformed -> CaptionCorpora.lines(file, malformed));
  }

  /**
   * Captions by picture: a JSON object {@code {"id": 1, "image": "a.png", "captions": ["…"]}} a
   * line, where id and image are optional, or {@code {"image_id": 1, "image": "a.png", "caption":
   * "…"}}, of which those of one picture become one record. Blank lines are passed over.
   *
   * @param file the file
   * @return the corpus
   */
  public static Corpus<CaptionedImage> jsonLines(Path file) {
    return new Corpus<>(file, malformed -> CaptionCorpora.jsonLines(file, malformed));
  }

  /**
   * COCO's caption file, {@code captions_train2014.json}: a list of images and one of annotations.
   * Images without a caption are passed over.
   *
   * @param file the file
   * @return the corpus, in the order of the images
   */
  public static Corpus<CaptionedImage> coco(Path file) {
    return new Corpus<>(file, malformed -> CaptionCorpora.coco(file, malformed));
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
    Set<String> taken = Set.copyOf(splits);
    return new Corpus<>(file, malformed -> CaptionCorpora.karpathy(file, taken, malformed));
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
    return new Corpus<>(file, malformed -> EntailmentCorpora.snli(file, malformed));
  }

  /**
   * SICK: columns separated by tabs, named in the first line. Labels are lower-cased.
   *
   * @param file the file
   * @return the corpus
   */
  public static Corpus<EntailmentPair> sick(Path file) {
    return new Corpus<>(file, malformed -> EntailmentCorpora.sick(file, malformed));
  }

  /**
   * VQA v2, each question with all captions of its picture. A question without annotation or
   * caption cannot be used.
   *
   * @param questions the file of questions
   * @param annotations the file of annotations
   * @param captions the pictures' captions; their ids are COCO's numbers
   * @return the corpus, in the order of the questions
   */
  public static Corpus<VisualQuestion> vqa(
      Path questions, Path annotations, Corpus<CaptionedImage> captions) {
    return new Corpus<>(
        questions, malformed -> QuestionCorpora.vqa(questions, annotations, captions, malformed));
  }

  /**
   * VQA-E: a list of questions with answers and an explanation, whose text alone is taken, stripped
   * of blanks around it.
   *
   * @param file the file
   * @return the corpus
   */
  public static Corpus<VisualQuestion> vqaE(Path file) {
    return new Corpus<>(file, malformed -> QuestionCorpora.vqaE(file, malformed));
  }

  /**
   * Visual News: a list of pictures with captions and the paths of articles. A picture whose
   * article is missing cannot be used. (The reference passes over it without a word.)
   *
   * @param file the list
   * @param directory the folder that the list's paths start from; no path may leave it
   * @return the corpus
   */
  public static Corpus<NewsPicture> visualNews(Path file, Path directory) {
    return new Corpus<>(file, malformed -> CaptionCorpora.visualNews(file, directory, malformed));
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
    return new Corpus<>(
        file,
        malformed ->
            Records.ofList(
                file,
                null,
                malformed,
                (place, pair, pairs) ->
                    pairs.accept(Map.entry(pair.name(idField), pair.text(textField)))));
  }

  /**
   * Reads all records; the first that cannot be used ends the reading.
   *
   * @return the records in the files' order, at least one
   * @throws UnusableFileException if a record or a file cannot be used, or there is no record
   * @throws java.io.UncheckedIOException if the system cannot read a file
   */
  public List<T> read() {
    return read(Malformed.STOP);
  }

  /**
   * Reads the records that can be used.
   *
   * @param skipped is told a line for each record that cannot: file, place and reason
   * @return the records in the files' order, at least one
   * @throws UnusableFileException if a file cannot be used, or no record of it
   * @throws java.io.UncheckedIOException if the system cannot read a file
   */
  public List<T> read(Consumer<? super String> skipped) {
    return read(Malformed.skip(skipped));
  }

  private List<T> read(Malformed malformed) {
    try (Stream<T> records = stream(malformed)) {
      List<T> all = records.toList();
      if (all.isEmpty()) {
        throw new UnusableFileException(file, "expected at least one record, found none");
      }
      return all;
    }
  }

  /**
   * Streams the records in the files' order; the first that cannot be used ends the reading.
   *
   * @return a stream that throws what {@link #read()} does; to be closed by the caller, since it
   *     holds files open
   */
  public Stream<T> stream() {
    return stream(Malformed.STOP);
  }

  /**
   * Streams the records that can be used, in the files' order.
   *
   * @param skipped is told a line for each record that cannot: file, place and reason
   * @return a stream that throws what {@link #read(Consumer)} does; to be closed by the caller
   */
  public Stream<T> stream(Consumer<? super String> skipped) {
    return stream(Malformed.skip(skipped));
  }

  Stream<T> stream(Malformed malformed) {
    return source.stream(malformed);
  }

  /** The file that errors name. */
  @Override
  public String toString() {
    return file.toString();
  }
}
