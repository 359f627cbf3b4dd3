package io.github.close4j.examples.run;

import com.google.common.collect.Lists;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.training.Evaluation;
import io.github.close4j.training.EvaluationReport;
import io.github.close4j.training.Prediction;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingListener.Phase;
import io.github.close4j.training.TrainingListener.Progress;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.MalformedRecords;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final Function<List<Prediction>, EvaluationReport> scorer;

  EvaluationSet(
      ResultFile results, List<Item> items, Function<List<Prediction>, EvaluationReport> scorer) {
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
   * @param malformed told of each record that cannot be used; stops or counts
   * @return the set
   * @throws IllegalArgumentException if the corpus is not the task's, is empty, or malformed
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  public static EvaluationSet read(RunTask task, CorpusFiles corpus, MalformedRecords malformed) {
    task.requireFits(corpus);
    return new EvaluationSetReader(corpus, malformed).read(task);
  }

  /** A set of captions, each picture's id being known. */
  static EvaluationSet ofCaptions(String title, List<Item> items, List<CaptionedImage> references) {
    return new EvaluationSet(
        ResultFile.CAPTIONS,
        items,
        predictions ->
            Evaluation.captions(
                title, predictions, references, Arrays.asList(CaptionMetric.values())));
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
   * @param listener told how far it is, as {@link Phase#VALIDATION}
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
      listener.onProgress(
          new Progress(Phase.VALIDATION, vectorOfFile.size(), distinct.size(), Double.NaN));
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
   * @param listener told how far it is, as {@link Phase#VALIDATION}
   * @return what it says of each, with its id
   * @throws io.github.close4j.image.ImageDecodingException if a picture cannot be read
   */
  public List<Prediction> predict(
      Captioner captioner,
      List<CaptionInput> inputs,
      Decoding decoding,
      TrainingListener listener) {
    List<Prediction> predictions = new ArrayList<>();
    for (List<CaptionInput> batch : Lists.partition(inputs, BATCH)) {
      for (List<Caption> said : captioner.caption(batch, decoding)) {
        predictions.add(new Prediction(items.get(predictions.size()).id(), said.get(0).text()));
      }
      listener.onProgress(
          new Progress(Phase.VALIDATION, predictions.size(), inputs.size(), Double.NaN));
    }
    return predictions;
  }

  /**
   * Scores predictions of some or all pictures.
   *
   * @param predictions with ids of this set
   * @return the report, by every metric of the task
   * @throws IllegalArgumentException if there is no prediction, two of one id, or one of an id that
   *     this set does not have
   */
  public EvaluationReport score(List<Prediction> predictions) {
    return scorer.apply(predictions);
  }
}
