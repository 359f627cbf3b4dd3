package io.github.close4j.onnx;

import io.github.close4j.image.ImageLimits;
import io.github.close4j.onnx.internal.session.PictureBatches.Picture;
import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a caption is asked for: a picture or a ready CLIP vector, and optionally text beside it.
 *
 * <p>A picture is decoded when it is captioned, within the {@linkplain InferenceOptions#imageLimits
 * limits} of the captioner, so a long list of paths costs no memory. Immutable.
 */
public final class CaptionInput {
  private final @Nullable Function<ImageLimits, Picture> image;
  private final float @Nullable [] vector;
  private final @Nullable String text;

  private CaptionInput(
      @Nullable Function<ImageLimits, Picture> image,
      float @Nullable [] vector,
      @Nullable String text) {
    this.image = image;
    this.vector = vector;
    this.text = text;
  }

  /**
   * A picture file.
   *
   * @param image path of a PNG, JPEG, GIF, BMP, WebP or TIFF
   * @return the input
   */
  public static CaptionInput of(Path image) {
    Objects.requireNonNull(image, "image");
    return new CaptionInput(
        limits -> (processor, out, at) -> processor.process(image, limits, out, at), null, null);
  }

  /**
   * A decoded picture.
   *
   * @param image the picture; kept, not copied
   * @return the input
   */
  public static CaptionInput of(BufferedImage image) {
    Objects.requireNonNull(image, "image");
    return new CaptionInput(limits -> Picture.of(() -> image), null, null);
  }

  /**
   * An encoded picture.
   *
   * @param encoded bytes of a PNG, JPEG, GIF, BMP, WebP or TIFF; kept, not copied
   * @return the input
   */
  public static CaptionInput of(byte[] encoded) {
    Objects.requireNonNull(encoded, "encoded");
    return new CaptionInput(
        limits ->
            (processor, out, at) -> processor.process(encoded, "encoded picture", limits, out, at),
        null,
        null);
  }

  /**
   * A picture from a stream, which is read once, when it is captioned, and not closed.
   *
   * @param encoded a stream of a PNG, JPEG, GIF, BMP, WebP or TIFF
   * @return the input, good for one use
   */
  public static CaptionInput of(InputStream encoded) {
    Objects.requireNonNull(encoded, "encoded");
    return new CaptionInput(
        limits ->
            (processor, out, at) -> processor.process(encoded, "picture stream", limits, out, at),
        null,
        null);
  }

  /**
   * A CLIP vector in place of a picture.
   *
   * @param vector an image vector of the model's CLIP, [clipDim], of any norm but 0; copied
   * @return the input
   */
  public static CaptionInput ofVector(float[] vector) {
    return new CaptionInput(null, vector.clone(), null);
  }

  /**
   * The same picture or vector with text beside it: a question, a hypothesis, the line of an
   * article.
   *
   * @param text the text, for a model that was trained with such text; if it is longer than the
   *     model takes, its end is not read, and {@link Caption#unreadTextTokens} tells so
   * @return a new input
   */
  public CaptionInput withText(String text) {
    return new CaptionInput(image, vector, Objects.requireNonNull(text, "text"));
  }

  boolean isPicture() {
    return image != null;
  }

  boolean hasText() {
    return text != null;
  }

  Picture picture(ImageLimits limits) {
    if (image == null) {
      throw new IllegalStateException("no picture");
    }
    return image.apply(limits);
  }

  /** The vector, which must have the given length and a direction. */
  float[] vector(int dimension) {
    if (vector == null) {
      throw new IllegalStateException("no vector");
    }
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          "vector: expected %d components, found %d".formatted(dimension, vector.length));
    }
    double square = 0;
    for (float component : vector) {
      square += (double) component * component;
    }
    if (!(square > 0) || Double.isInfinite(square)) {
      throw new IllegalArgumentException(
          "vector: expected a finite, positive norm, found " + Math.sqrt(square));
    }
    return vector;
  }

  String text() {
    if (text == null) {
      throw new IllegalStateException("no text");
    }
    return text;
  }
}
