package io.github.close4j.image;

import com.google.errorprone.annotations.CheckReturnValue;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Turns a picture into the input of a CLIP vision tower as Hugging Face's {@code
 * CLIPImageProcessor} with its Pillow backend does.
 *
 * <p>The shorter edge is resized to {@code imageSize} with Pillow's antialiased bicubic filter, the
 * other edge in proportion (rounded down), the centre square is cut out, and each value {@code p}
 * of 0 to 255 becomes {@code (p / 255 - mean) / std}. The 8-bit pixels and the floats are those of
 * the reference to the bit.
 *
 * <p>Differs from the reference: transparency is dropped, as Hugging Face's {@code load_image} and
 * OpenAI's own preprocessing do with {@code convert("RGB")}; Hugging Face's processor, when it is
 * handed a picture with alpha directly, blends it onto white from version 5 on. Grey of 16 bits is
 * clipped at 255, not scaled, because Pillow does so.
 *
 * <p>Instances are immutable and safe for use by several threads at once.
 */
public final class ClipImageProcessor {
  /** Largest edge, in pixels. */
  public static final int MAX_IMAGE_SIZE = 8192;

  private static final int CHANNELS = 3;
  private static final int LEVELS = 256;

  private static final float[] OPENAI_MEAN = {0.48145466f, 0.4578275f, 0.40821073f};
  private static final float[] OPENAI_STD = {0.26862954f, 0.26130258f, 0.27577711f};

  private final int imageSize;
  private final float[][] normalised;

  /**
   * Creates a processor with the means and standard deviations of OpenAI's CLIP, which most CLIP
   * models share.
   *
   * @param imageSize edge of the square picture, in pixels: 1 to {@value #MAX_IMAGE_SIZE}
   * @throws IllegalArgumentException if the edge is out of range
   */
  public ClipImageProcessor(int imageSize) {
    this(imageSize, OPENAI_MEAN, OPENAI_STD);
  }

  /**
   * Creates a processor with the values {@code size.shortest_edge} (equal to {@code crop_size}),
   * {@code image_mean} and {@code image_std} of Hugging Face's {@code preprocessor_config.json}.
   *
   * @param imageSize edge of the square picture, in pixels: 1 to {@value #MAX_IMAGE_SIZE}
   * @param mean mean of red, green and blue on the scale 0 to 1
   * @param std standard deviation of red, green and blue on that scale, above 0
   * @throws IllegalArgumentException if the edge is out of range, there are not three of each, a
   *     mean is not finite, or a standard deviation is not finite and above 0
   */
  public ClipImageProcessor(int imageSize, float[] mean, float[] std) {
    if (imageSize < 1 || imageSize > MAX_IMAGE_SIZE) {
      throw new IllegalArgumentException(
          "imageSize: expected 1 to %d pixels, found %d".formatted(MAX_IMAGE_SIZE, imageSize));
    }
    requireChannels("mean", mean, Float.NEGATIVE_INFINITY);
    requireChannels("std", std, 0);
    this.imageSize = imageSize;
    normalised = new float[CHANNELS][];
    for (int c = 0; c < CHANNELS; c++) {
      normalised[c] = normalised(mean[c], std[c]);
    }
  }

  private static void requireChannels(String what, float[] values, float least) {
    if (values.length != CHANNELS) {
      throw new IllegalArgumentException(
          "%s: expected 3 numbers, of red, green and blue, found %d"
              .formatted(what, values.length));
    }
    for (float value : values) {
      if (!(value > least) || !Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "%s: expected 3 finite numbers%s, found %s"
                .formatted(what, least == 0 ? " above 0" : "", Arrays.toString(values)));
      }
    }
  }

  /**
   * Length of the result.
   *
   * @return {@code 3 · imageSize²}
   */
  public int outputLength() {
    return CHANNELS * imageSize * imageSize;
  }

  /**
   * Processes a picture into a new array.
   *
   * @param image a picture of any type; read, not changed
   * @return {@code [3, imageSize, imageSize]}: red, green, blue planes, row by row; the caller's
   */
  @CheckReturnValue
  public float[] process(BufferedImage image) {
    float[] out = new float[outputLength()];
    process(image, out, 0);
    return out;
  }

  /**
   * Processes a picture into a part of an array, such as one picture of a batch.
   *
   * @param image a picture of any type; read, not changed
   * @param out receives {@code [3, imageSize, imageSize]}: red, green, blue planes, row by row
   * @param offset index in {@code out} of the first value
   * @throws IllegalArgumentException if the result does not fit into {@code out} from {@code
   *     offset} on
   */
  public void process(BufferedImage image, float[] out, int offset) {
    requireRoom(out, offset);
    normalise(resizeAndCrop(image), out, offset);
  }

  /**
   * Decodes a file and processes it into a part of an array. The result is that of {@link
   * ImageDecoder#decode(Path, ImageLimits)} and {@link #process(BufferedImage, float[], int)}, yet
   * a JPEG or BMP is resized as its rows are decoded and takes no memory for its pixels.
   *
   * @param file a PNG, JPEG, GIF, BMP, WebP or TIFF file
   * @param limits how large it may be
   * @param out receives {@code [3, imageSize, imageSize]}: red, green, blue planes, row by row
   * @param offset index in {@code out} of the first value
   * @throws ImageDecodingException as {@link ImageDecoder#decode(Path)}
   * @throws java.util.concurrent.CancellationException as {@link ImageDecoder#decode(Path)}
   * @throws IllegalArgumentException if the result does not fit into {@code out} from {@code
   *     offset} on
   */
  public void process(Path file, ImageLimits limits, float[] out, int offset) {
    process(() -> EncodedBytes.of(file, limits), file.toString(), limits, out, offset);
  }

  /**
   * Decodes the rest of a stream, as {@link ImageDecoder#decode(InputStream, String, ImageLimits)}
   * reads it, and processes it into a part of an array.
   *
   * @param encoded a PNG, JPEG, GIF, BMP, WebP or TIFF picture
   * @param name what messages call the picture, such as its URL
   * @param limits how large it may be
   * @param out receives {@code [3, imageSize, imageSize]}: red, green, blue planes, row by row
   * @param offset index in {@code out} of the first value
   * @throws ImageDecodingException as {@link ImageDecoder#decode(InputStream, String)}
   * @throws java.util.concurrent.CancellationException as {@link ImageDecoder#decode(Path)}
   * @throws IllegalArgumentException if the result does not fit into {@code out} from {@code
   *     offset} on
   */
  public void process(
      InputStream encoded, String name, ImageLimits limits, float[] out, int offset) {
    process(() -> EncodedBytes.of(encoded, name, limits), name, limits, out, offset);
  }

  /**
   * Decodes an encoded picture in memory and processes it into a part of an array.
   *
   * @param encoded a PNG, JPEG, GIF, BMP, WebP or TIFF picture; read, neither changed nor kept
   * @param name what messages call the picture, such as its URL
   * @param limits how large it may be
   * @param out receives {@code [3, imageSize, imageSize]}: red, green, blue planes, row by row
   * @param offset index in {@code out} of the first value
   * @throws ImageDecodingException as {@link ImageDecoder#decode(byte[], String)}
   * @throws java.util.concurrent.CancellationException as {@link ImageDecoder#decode(Path)}
   * @throws IllegalArgumentException if the result does not fit into {@code out} from {@code
   *     offset} on
   */
  public void process(byte[] encoded, String name, ImageLimits limits, float[] out, int offset) {
    process(() -> EncodedBytes.of(encoded, name, limits), name, limits, out, offset);
  }

  private void process(
      ImageDecoder.Source source, String name, ImageLimits limits, float[] out, int offset) {
    requireRoom(out, offset);
    normalise(
        ImageDecoder.read(source, name, limits, this::bytesToProcess, this::resizeAndCrop),
        out,
        offset);
  }

  /** Of decoding, and of what resampling keeps: some columns of sums, or rows of the window. */
  private long bytesToProcess(StoredPicture picture) {
    long longerEdge = Math.max(picture.width(), picture.height());
    return picture.bytesToRead() + 2L * CHANNELS * imageSize * longerEdge;
  }

  private void requireRoom(float[] out, int offset) {
    if (offset < 0 || offset > out.length - outputLength()) {
      throw new IllegalArgumentException(
          "out: expected room for %d floats from offset %d on, found length %d"
              .formatted(outputLength(), offset, out.length));
    }
  }

  private void normalise(byte[] pixels, float[] out, int offset) {
    int plane = imageSize * imageSize;
    for (int c = 0; c < CHANNELS; c++) {
      float[] table = normalised[c];
      int start = offset + c * plane;
      for (int i = 0; i < plane; i++) {
        out[start + i] = table[pixels[CHANNELS * i + c] & 0xff];
      }
    }
  }

  /** Returns the 8-bit pixels before normalisation, {@code [imageSize, imageSize, 3]}. */
  byte[] resizeAndCrop(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    PillowBicubic window = window(width, height, ImageOrientation.UPRIGHT);
    RgbRows.of(image).copyTo(window, width, height);
    return window.result();
  }

  /** The same of a picture that is decoded meanwhile. */
  byte[] resizeAndCrop(StoredPicture picture) throws IOException {
    PillowBicubic window = window(picture.width(), picture.height(), picture.orientation());
    picture.read(window);
    return window.result();
  }

  private PillowBicubic window(int storedWidth, int storedHeight, ImageOrientation orientation) {
    int width = orientation.uprightWidth(storedWidth, storedHeight);
    int height = orientation.uprightHeight(storedWidth, storedHeight);
    long newWidth = width <= height ? imageSize : longerEdge(width, height);
    long newHeight = width <= height ? longerEdge(height, width) : imageSize;
    long left = (newWidth - imageSize) / 2;
    long top = (newHeight - imageSize) / 2;
    return PillowBicubic.of(
        storedWidth, storedHeight, orientation, newWidth, newHeight, left, top, imageSize);
  }

  private long longerEdge(int longEdge, int shortEdge) {
    // The reference divides as floating point and cuts the fraction off.
    return (long) ((double) ((long) imageSize * longEdge) / shortEdge);
  }

  private static float[] normalised(float mean, float std) {
    float[] table = new float[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      // Rescaled in double, then rounded: the order of the reference.
      table[level] = ((float) (level * (1.0 / 255)) - mean) / std;
    }
    return table;
  }
}
