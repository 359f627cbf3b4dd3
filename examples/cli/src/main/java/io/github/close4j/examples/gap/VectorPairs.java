package io.github.close4j.examples.gap;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpus;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * CLIP vectors of texts and of the pictures they describe, row by row, each of norm 1.
 *
 * @param text [pairs, dimension]
 * @param image [pairs, dimension]
 */
public record VectorPairs(EmbeddingBatch text, EmbeddingBatch image) {

  /**
   * Checks the shapes and normalises the rows.
   *
   * @throws IllegalArgumentException if the shapes differ, or a row is zero or not finite
   */
  public VectorPairs {
    if (text.rows() != image.rows() || text.dimension() != image.dimension()) {
      throw new IllegalArgumentException(
          "pairs: expected vectors of one shape, found texts %s and images %s"
              .formatted(text, image));
    }
    text.normalize();
    image.normalize();
  }

  /**
   * Reads vectors.
   *
   * @param text a {@code .npy} file [pairs, dimension], or a safetensors file with one tensor
   * @param image the same for the pictures
   * @return the pairs
   * @throws IllegalArgumentException if the files do not fit each other
   * @throws io.github.close4j.UnusableFileException if a {@code .npy} file is not sound
   * @throws io.github.close4j.UnusableFileException if a safetensors file is not sound
   */
  public static VectorPairs read(Path text, Path image) {
    return new VectorPairs(EmbeddingBatch.read(text), EmbeddingBatch.read(image));
  }

  /**
   * Encodes pictures and the first caption of each.
   *
   * @param corpus captions with pictures, whose paths start from the corpus's folder
   * @param clip encodes both
   * @return the pairs
   * @throws IllegalArgumentException if a record names no picture
   * @throws io.github.close4j.image.ImageDecodingException if a picture cannot be read
   */
  public static VectorPairs encode(Path corpus, ClipFiles clip) {
    List<CaptionedImage> records = Corpus.captions(corpus).read();
    try (ClipFeatures encoder = ClipFeatures.open(clip, InferenceOptions.defaults())) {
      EmbeddingBatch texts =
          encoder.texts(records.stream().map(record -> record.captions().get(0)).toList());
      EmbeddingBatch images = EmbeddingBatch.allocate(records.size(), encoder.dimension());
      for (int i = 0; i < records.size(); i++) {
        // One at a time: photographs in full size are large.
        EmbeddingBatch one =
            encoder.images(List.of(ImageDecoder.decode(picture(corpus, records.get(i)))));
        System.arraycopy(one.values(), 0, images.values(), i * one.dimension(), one.dimension());
      }
      return new VectorPairs(texts, images);
    }
  }

  private static Path picture(Path corpus, CaptionedImage record) {
    String image = record.image();
    if (image == null) {
      throw new IllegalArgumentException(
          corpus + ": expected an 'image' in every record, found none beside " + record.captions());
    }
    return corpus.resolveSibling(image);
  }

  /**
   * Some of the pairs.
   *
   * @param from the first
   * @param to the one after the last
   * @return copies of them
   */
  public VectorPairs rows(int from, int to) {
    return new VectorPairs(rows(text, from, to), rows(image, from, to));
  }

  private static EmbeddingBatch rows(EmbeddingBatch batch, int from, int to) {
    int dimension = batch.dimension();
    return EmbeddingBatch.wrap(
        Arrays.copyOfRange(batch.values(), from * dimension, to * dimension), dimension);
  }

  /**
   * Number of pairs.
   *
   * @return at least 0
   */
  public int count() {
    return text.rows();
  }
}
