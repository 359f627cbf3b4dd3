package io.github.close4j.examples.tables;

import com.google.common.hash.Hashing;
import io.github.close4j.adapter.PairedStatistics;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.metric.ModalityGap;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.internal.loop.TextVectorCache;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The vectors of a world's pictures and texts, which are computed once and kept on disk. */
final class StudyData {
  /** As many as a run of CLIP has: photographs in full size are large. */
  private static final int PICTURES_AT_ONCE = InferenceOptions.defaults().batchSize();

  private final StudyWorld world;
  private final StudyFiles files;
  private final int dimension;

  StudyData(StudyWorld world, StudyFiles files) {
    this.world = world;
    this.files = files;
    this.dimension = world.clip().config().projectionDim();
  }

  /**
   * Computes all vectors that rows need and writes the tokenizer, so that rows that run beside each
   * other find them; and measures the gap.
   */
  void prepare(Collection<StudyRow> rows, TrainingListener listener) {
    world.writeT5Tokenizer(files.t5Tokenizer());
    if (files.gap().isEmpty()) {
      files.keep(gap(listener));
    }
    if (rows.stream().anyMatch(row -> row.source() == StudyRow.Source.IMAGE)) {
      images(PictureSet.TRAINING, listener);
    }
    rows.stream()
        .map(StudyRow::task)
        .distinct()
        .forEach(name -> text(world.task(name).training().get().examples(), listener));
    rows.stream()
        .map(StudyRow::adapter)
        .distinct()
        .forEach(adapter -> adapter.make(dimension, pairs -> statistics(pairs, listener)));
  }

  /** The vectors of what examples have in place of a picture, a row an example, of norm 1. */
  private EmbeddingBatch text(List<TrainingExample> examples, TrainingListener listener) {
    return new TextVectorCache(world.clip(), InferenceOptions.defaults(), files.vectors())
        .of(examples, listener);
  }

  private EmbeddingBatch captions(Stream<String> captions, TrainingListener listener) {
    return text(
        captions
            .map(caption -> new TrainingExample(List.of(caption), null, List.of(caption)))
            .toList(),
        listener);
  }

  /** The vectors of a set's pictures, a row a picture, of norm 1. */
  EmbeddingBatch images(PictureSet set, TrainingListener listener) {
    CaptionedPictures pictures = world.pictures(set);
    String names =
        Hashing.sha256()
            .hashString(String.join("\n", pictures.names()), StandardCharsets.UTF_8)
            .toString();
    Path file = files.imageVectors(names);
    if (Files.exists(file)) {
      return EmbeddingBatch.read(file);
    }
    EmbeddingBatch encoded = encode(pictures, listener);
    encoded.write(file);
    return encoded;
  }

  private EmbeddingBatch encode(CaptionedPictures pictures, TrainingListener listener) {
    int size = pictures.size();
    EmbeddingBatch all = EmbeddingBatch.allocate(size, dimension);
    try (ClipFeatures encoder = ClipFeatures.open(world.clip(), InferenceOptions.defaults())) {
      for (int from = 0; from < size; from += PICTURES_AT_ONCE) {
        int to = Math.min(from + PICTURES_AT_ONCE, size);
        EmbeddingBatch some =
            encoder.images(IntStream.range(from, to).mapToObj(pictures.picture()).toList());
        System.arraycopy(some.values(), 0, all.values(), from * dimension, (to - from) * dimension);
        listener.onEncoding(to, size);
      }
    }
    all.normalize();
    return all;
  }

  /** The moments of pairs: every caption of a set with its picture. */
  PairedStatistics statistics(PictureSet set, TrainingListener listener) {
    List<List<String>> captions = world.pictures(set).captions();
    List<Integer> pictures = new ArrayList<>();
    for (int i = 0; i < captions.size(); i++) {
      pictures.addAll(Collections.nCopies(captions.get(i).size(), i));
    }
    return PairedStatistics.of(
        captions(captions.stream().flatMap(List::stream), listener),
        rows(images(set, listener), pictures));
  }

  /** The gap between all pictures that models are judged on and the first caption of each. */
  private ModalityGap gap(TrainingListener listener) {
    List<PictureSet> judged = List.of(PictureSet.VALIDATION, PictureSet.TEST);
    List<String> first =
        judged.stream()
            .flatMap(set -> world.pictures(set).captions().stream())
            .map(captions -> captions.get(0))
            .toList();
    EmbeddingBatch images = EmbeddingBatch.allocate(first.size(), dimension);
    int filled = 0;
    for (PictureSet set : judged) {
      float[] values = images(set, listener).values();
      System.arraycopy(values, 0, images.values(), filled, values.length);
      filled += values.length;
    }
    return ModalityGap.measure(captions(first.stream(), listener), images);
  }

  /** Rows of vectors by their numbers. */
  static EmbeddingBatch rows(EmbeddingBatch from, List<Integer> numbers) {
    int dimension = from.dimension();
    EmbeddingBatch rows = EmbeddingBatch.allocate(numbers.size(), dimension);
    for (int i = 0; i < numbers.size(); i++) {
      System.arraycopy(
          from.values(), numbers.get(i) * dimension, rows.values(), i * dimension, dimension);
    }
    return rows;
  }
}
