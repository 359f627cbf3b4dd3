package io.github.close4j.examples.run;

import com.google.common.collect.Lists;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.run.CorpusFiles.Part;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.training.Evaluation;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpus;
import io.github.close4j.training.corpus.EntailmentPair;
import io.github.close4j.training.corpus.NewsPicture;
import io.github.close4j.training.corpus.VisualQuestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of a corpus, with the text beside each, and what people said: asks a captioner about
 * them, as pictures or as cached vectors, and scores what it says or what others said.
 */
public final class EvaluationSet {
  private static final int BATCH = 64;

  private final ResultFile results;
  private final List<Item> items;
  private final Function<Map<String, String>, Evaluation> scorer;

  private EvaluationSet(
      ResultFile results, List<Item> items, Function<Map<String, String>, Evaluation> scorer) {
    this.results = results;
    this.items = items;
    this.scorer = scorer;
  }

  /** A picture that is asked about. */
  record Item(String id, @Nullable String image, @Nullable String text) {}

  /**
   * Reads a corpus.
   *
   * @param task the task that it is of
   * @param corpus its files; what has no id of its own has its place, from 1 on, for an id
   * @param skipped is told of each record that cannot be used, or null to end the reading there
   * @return the set
   * @throws IllegalArgumentException if the corpus is not the task's
   * @throws io.github.close4j.UnusableFileException if it cannot be used
   */
  public static EvaluationSet read(
      CorpusTask task, CorpusFiles corpus, @Nullable Consumer<? super String> skipped) {
    task.requireFits(corpus);
    Reader reader = new Reader(corpus, skipped);
    return switch (task) {
      case CAPTIONING_SINGLE, CAPTIONING_MULTIPLE, STYLE -> reader.captions();
      case ENTAILMENT -> reader.entailment();
      case VQA -> reader.answers(corpus.questions());
      case VQA_E -> reader.answers(corpus.explanations());
      case NEWS -> reader.news();
    };
  }

  /** Makes sets of the corpora of the tasks. */
  private record Reader(CorpusFiles corpus, @Nullable Consumer<? super String> skipped) {

    private <T> List<T> read(Corpus<T> records) {
      return CorpusFiles.read(records, skipped);
    }

    /** A set of captions, each picture's id being known. */
    private EvaluationSet ofCaptions(List<Item> items, List<CaptionedImage> references) {
      return new EvaluationSet(
          ResultFile.CAPTIONS,
          items,
          said ->
              Evaluation.captions(
                  corpus.title(), said, references, Arrays.asList(CaptionMetric.values())));
    }

    private EvaluationSet captions() {
      List<Item> items = new ArrayList<>();
      List<CaptionedImage> references = new ArrayList<>();
      for (CaptionedImage image : read(corpus.captions())) {
        String id = Objects.requireNonNullElseGet(image.id(), () -> place(items));
        items.add(new Item(id, image.image(), null));
        references.add(new CaptionedImage(id, image.image(), image.captions()));
      }
      return ofCaptions(items, references);
    }

    private EvaluationSet news() {
      List<Item> items = new ArrayList<>();
      List<CaptionedImage> references = new ArrayList<>();
      for (NewsPicture picture : read(corpus.news())) {
        items.add(new Item(picture.id(), picture.image(), picture.article()));
        references.add(
            new CaptionedImage(picture.id(), picture.image(), List.of(picture.caption())));
      }
      return ofCaptions(items, references);
    }

    private EvaluationSet entailment() {
      List<Item> items = new ArrayList<>();
      Map<String, String> labels = new LinkedHashMap<>();
      for (EntailmentPair pair : read(corpus.pairs())) {
        String id = Objects.requireNonNullElseGet(pair.id(), () -> place(items));
        items.add(new Item(id, pair.image(), pair.hypothesis()));
        labels.put(id, pair.label());
      }
      return new EvaluationSet(
          ResultFile.LABELS, items, said -> Evaluation.entailment(corpus.title(), said, labels));
    }

    private EvaluationSet answers(Corpus<VisualQuestion> corpusOfQuestions) {
      List<VisualQuestion> questions = read(corpusOfQuestions);
      Map<String, @Nullable String> pictures = pictures();
      List<Item> items = new ArrayList<>();
      for (VisualQuestion question : questions) {
        items.add(new Item(question.id(), pictures.get(question.imageId()), question.question()));
      }
      return new EvaluationSet(
          ResultFile.ANSWERS, items, said -> Evaluation.answers(corpus.title(), said, questions));
    }

    /** The captions' file says which picture has which number. */
    private Map<String, @Nullable String> pictures() {
      Map<String, @Nullable String> pictures = new HashMap<>();
      if (corpus.files().containsKey(Part.CAPTIONS)) {
        for (CaptionedImage image : read(corpus.captions())) {
          if (image.id() != null) {
            pictures.put(image.id(), image.image());
          }
        }
      }
      return pictures;
    }

    private static String place(List<Item> before) {
      return Integer.toString(before.size() + 1);
    }
  }

  /**
   * Number of pictures, each counted as often as something is asked about it.
   *
   * @return at least 1
   */
  public int size() {
    return items.size();
  }

  /**
   * The form of result files for these predictions.
   *
   * @return captions, answers or labels
   */
  public ResultFile resultFile() {
    return results;
  }

  /**
   * The pictures as inputs.
   *
   * @param folder the folder that the corpus's names of pictures start from
   * @return an input a picture, in the corpus's order; decoded only when they are captioned
   * @throws IllegalArgumentException if the corpus does not name a picture, or leaves the folder
   */
  public List<CaptionInput> pictures(Path folder) {
    return items.stream().map(item -> withText(CaptionInput.of(file(item, folder)), item)).toList();
  }

  /**
   * CLIP's vectors of the pictures, to be kept: see {@link EmbeddingBatch#write}.
   *
   * @param clip encodes them, each file once
   * @param folder as in {@link #pictures}
   * @param listener told how far it is, as of a validation
   * @return a row a picture, in the corpus's order, as CLIP puts it out; owned by the caller
   * @throws IllegalArgumentException as {@link #pictures}
   * @throws io.github.close4j.image.ImageDecodingException if a picture cannot be read
   */
  public EmbeddingBatch encode(ClipFeatures clip, Path folder, TrainingListener listener) {
    List<Path> files = items.stream().map(item -> file(item, folder)).toList();
    List<Path> distinct = files.stream().distinct().toList();
    Map<Path, float[]> vectorOfFile = new HashMap<>();
    for (List<Path> batch : Lists.partition(distinct, BATCH)) {
      EmbeddingBatch rows = clip.images(batch.stream().map(ImageDecoder::decode).toList());
      for (int i = 0; i < batch.size(); i++) {
        vectorOfFile.put(batch.get(i), row(rows, i));
      }
      listener.onValidating(vectorOfFile.size(), distinct.size());
    }
    EmbeddingBatch vectors = EmbeddingBatch.allocate(items.size(), clip.dimension());
    for (int i = 0; i < files.size(); i++) {
      System.arraycopy(
          vectorOfFile.get(files.get(i)),
          0,
          vectors.values(),
          i * vectors.dimension(),
          vectors.dimension());
    }
    return vectors;
  }

  private static float[] row(EmbeddingBatch vectors, int row) {
    int dimension = vectors.dimension();
    return Arrays.copyOfRange(vectors.values(), row * dimension, (row + 1) * dimension);
  }

  private static Path file(Item item, Path folder) {
    if (item.image() == null) {
      throw new IllegalArgumentException(
          "entry %s: expected a picture's file, found none".formatted(item.id()));
    }
    Path file = folder.resolve(item.image()).normalize();
    if (!file.startsWith(folder.normalize())) {
      throw new IllegalArgumentException(
          "entry %s: expected a picture in %s, found %s".formatted(item.id(), folder, file));
    }
    return file;
  }

  /**
   * Cached CLIP vectors of the pictures as inputs.
   *
   * @param file vectors, row by row as the corpus: see {@link EmbeddingBatch#read}
   * @return an input a row
   * @throws IllegalArgumentException if there are not as many rows as pictures
   */
  public List<CaptionInput> vectors(Path file) {
    EmbeddingBatch vectors = EmbeddingBatch.read(file);
    if (vectors.rows() != items.size()) {
      throw new IllegalArgumentException(
          "%s: expected %d vectors, found %d".formatted(file, items.size(), vectors.rows()));
    }
    List<CaptionInput> inputs = new ArrayList<>();
    for (int row = 0; row < items.size(); row++) {
      inputs.add(withText(CaptionInput.ofVector(row(vectors, row)), items.get(row)));
    }
    return inputs;
  }

  private static CaptionInput withText(CaptionInput input, Item item) {
    return item.text() == null ? input : input.withText(item.text());
  }

  /**
   * Asks a captioner.
   *
   * @param captioner the captioner
   * @param inputs pictures or vectors of this set
   * @param decoding how to decode
   * @param listener told how far it is, as of a validation, and how many texts were too long
   * @return what it says of each by its id, in the set's order
   * @throws IllegalArgumentException if two have one id
   * @throws io.github.close4j.image.ImageDecodingException if a picture cannot be read
   */
  public Map<String, String> predict(
      Captioner captioner,
      List<CaptionInput> inputs,
      Decoding decoding,
      TrainingListener listener) {
    Map<String, String> said = new LinkedHashMap<>();
    int cutTexts = 0;
    for (List<CaptionInput> batch : Lists.partition(inputs, BATCH)) {
      for (List<Caption> captions : captioner.caption(batch, decoding)) {
        String id = items.get(said.size()).id();
        cutTexts += captions.get(0).unreadTextTokens() > 0 ? 1 : 0;
        if (said.put(id, captions.get(0).text()) != null) {
          throw new IllegalArgumentException("id " + id + ": expected one entry, found another");
        }
      }
      listener.onValidating(said.size(), inputs.size());
    }
    if (cutTexts > 0) {
      listener.onCutTexts(cutTexts, inputs.size());
    }
    return said;
  }

  /**
   * Scores predictions of all pictures, or, but for questions, of some.
   *
   * @param predictions texts by ids of this set
   * @return the evaluation, by every metric of the task
   * @throws IllegalArgumentException if there is no prediction, one of an id that this set does not
   *     have, or a question has none; or if two pictures of this set have one id
   */
  public Evaluation score(Map<String, String> predictions) {
    return scorer.apply(predictions);
  }
}
