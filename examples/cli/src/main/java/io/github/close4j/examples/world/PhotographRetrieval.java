package io.github.close4j.examples.world;

import com.google.common.collect.Iterables;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.photographs.PhotographSet;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.onnx.ClipEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * How often a CLIP finds a photograph's captions among all captions, and a caption's photograph
 * among all photographs; each in percent.
 *
 * @param imageToTextAt1 photographs to which one of their own captions is the nearest
 * @param imageToTextAt10 photographs that have one of their own among the ten nearest
 * @param textToImageAt1 captions to which their own photograph is the nearest
 * @param textToImageAt10 captions that have it among the ten nearest
 */
public record PhotographRetrieval(
    double imageToTextAt1, double imageToTextAt10, double textToImageAt1, double textToImageAt10) {
  private static final int BATCH = 32;
  private static final int MANY = 10;

  /**
   * Encodes photographs and all their captions, and compares each with each.
   *
   * @param encoder the CLIP
   * @param photographs at least one
   * @return the result
   */
  public static PhotographRetrieval of(ClipEncoder encoder, PhotographSet photographs) {
    List<float[]> images = new ArrayList<>();
    for (List<Path> batch : Iterables.partition(photographs.files(), BATCH)) {
      addRows(encoder.images(batch.stream().map(ImageDecoder::decode).toList()), images);
    }
    List<float[]> texts = new ArrayList<>();
    List<Integer> pictures = new ArrayList<>();
    for (int picture = 0; picture < photographs.size(); picture++) {
      List<String> captions = photographs.captions().get(picture);
      addRows(encoder.texts(captions), texts);
      pictures.addAll(Collections.nCopies(captions.size(), picture));
    }
    return of(images, texts, pictures);
  }

  private static void addRows(EmbeddingBatch batch, List<float[]> rows) {
    batch.normalize();
    for (int i = 0; i < batch.rows(); i++) {
      rows.add(batch.row(i));
    }
  }

  /**
   * Compares vectors of norm 1.
   *
   * @param pictures number of the picture of each text
   */
  static PhotographRetrieval of(List<float[]> images, List<float[]> texts, List<Integer> pictures) {
    int[] ofImages = new int[images.size()];
    Arrays.fill(ofImages, Integer.MAX_VALUE);
    int[] ofTexts = new int[texts.size()];
    double[][] cosines =
        images.parallelStream()
            .map(image -> texts.stream().mapToDouble(text -> dot(image, text)).toArray())
            .toArray(double[][]::new);
    for (int text = 0; text < texts.size(); text++) {
      int picture = pictures.get(text);
      double own = cosines[picture][text];
      int t = text;
      ofTexts[text] = (int) Arrays.stream(cosines).filter(ofPicture -> ofPicture[t] > own).count();
      int nearer = (int) Arrays.stream(cosines[picture]).filter(cosine -> cosine > own).count();
      ofImages[picture] = Math.min(ofImages[picture], nearer);
    }
    return new PhotographRetrieval(
        share(ofImages, 1), share(ofImages, MANY), share(ofTexts, 1), share(ofTexts, MANY));
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }

  /** Of ranks that begin with 0, in percent. */
  private static double share(int[] ranks, int first) {
    return 100.0 * Arrays.stream(ranks).filter(rank -> rank < first).count() / ranks.length;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "image to text R@1 %.1f, R@10 %.1f; text to image R@1 %.1f, R@10 %.1f",
        imageToTextAt1,
        imageToTextAt10,
        textToImageAt1,
        textToImageAt10);
  }
}
