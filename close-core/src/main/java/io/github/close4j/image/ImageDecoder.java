package io.github.close4j.image;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.internal.io.Interruption;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.function.ToLongFunction;

/**
 * Decodes PNG, JPEG, GIF, BMP, WebP and TIFF pictures, of several frames or pages the first, to the
 * pixels of Hugging Face's {@code load_image}: {@code PIL.ImageOps.exif_transpose}, then {@code
 * convert("RGB")}.
 *
 * <p>All eight orientations are applied, from EXIF, from XMP or from a TIFF's own tag. Grey is
 * repeated, a palette looked up, alpha and transparency dropped without blending, CMYK converted
 * without a profile; embedded colour profiles are ignored; grey of 16 bits is clipped at 255,
 * colour of 16 bits loses its low byte. The format is told from the content, not from a name. What
 * cannot be read as Pillow reads it is refused by name. Nothing is written to disk, and neither
 * ImageIO's global cache setting nor its registry is changed.
 *
 * <p>Interrupting the thread that decodes, or waits for memory to do so, ends it within a few rows,
 * with a {@link CancellationException}; the thread stays interrupted. A stream that blocks is left
 * at once only if it heeds interrupts itself, as the JDK's channels and pipes do.
 *
 * <p>Size is taken from the header, before anything is allocated. A picture larger than the {@link
 * ImageLimits} is refused, and so is one that declares more pixels than its bytes can hold. All
 * threads together decode in half of the heap: a picture that finds too little of it free waits for
 * the others, and one that would never fit is refused with what it needs. A decoded picture takes 3
 * bytes a pixel, and while it is decoded up to 11 (colour of 16 bits with alpha); a JPEG 3, and up
 * to 6 beside the heap if it is progressive. {@link ClipImageProcessor} reads files without ever
 * holding all pixels of a JPEG.
 *
 * <p>Differs from the reference: JPEG pixels are those of the JDK's libjpeg and may differ by
 * rounding from those of a Pillow built on another version. A PNG's checksums are not verified.
 * EXIF that is damaged leaves a picture as it is, where Pillow may refuse it.
 */
public final class ImageDecoder {

  private ImageDecoder() {}

  /**
   * Decodes a file within the {@linkplain ImageLimits#defaults() default limits}.
   *
   * @param file a PNG, JPEG, GIF, BMP, WebP or TIFF file
   * @return the upright picture, {@link BufferedImage#TYPE_3BYTE_BGR}; the caller's
   * @throws ImageDecodingException if the file is missing, unreadable, empty, truncated, damaged,
   *     of another format, or too large
   * @throws CancellationException if this thread is interrupted
   */
  @CheckReturnValue
  public static BufferedImage decode(Path file) {
    return decode(file, ImageLimits.defaults());
  }

  /**
   * Decodes a file.
   *
   * @param file a PNG, JPEG, GIF, BMP, WebP or TIFF file
   * @param limits how large it may be
   * @return the upright picture, {@link BufferedImage#TYPE_3BYTE_BGR}; the caller's
   * @throws ImageDecodingException as {@link #decode(Path)}
   * @throws CancellationException as {@link #decode(Path)}
   */
  @CheckReturnValue
  public static BufferedImage decode(Path file, ImageLimits limits) {
    return image(() -> EncodedBytes.of(file, limits), file.toString(), limits);
  }

  /**
   * Decodes the rest of a stream within the {@linkplain ImageLimits#defaults() default limits}. It
   * is read to its end into memory and not closed.
   *
   * @param encoded a PNG, JPEG, GIF, BMP, WebP or TIFF picture
   * @param name what messages call the picture, such as its URL
   * @return the upright picture, {@link BufferedImage#TYPE_3BYTE_BGR}; the caller's
   * @throws ImageDecodingException if the stream fails or is empty, or the picture is truncated,
   *     damaged, of another format, or too large
   * @throws CancellationException as {@link #decode(Path)}
   */
  @CheckReturnValue
  public static BufferedImage decode(InputStream encoded, String name) {
    return decode(encoded, name, ImageLimits.defaults());
  }

  /**
   * Decodes the rest of a stream, which is read to its end into memory, or to one byte past the
   * limit, and not closed.
   *
   * @param encoded a PNG, JPEG, GIF, BMP, WebP or TIFF picture
   * @param name what messages call the picture, such as its URL
   * @param limits how large it may be
   * @return the upright picture, {@link BufferedImage#TYPE_3BYTE_BGR}; the caller's
   * @throws ImageDecodingException as {@link #decode(InputStream, String)}
   * @throws CancellationException as {@link #decode(Path)}
   */
  @CheckReturnValue
  public static BufferedImage decode(InputStream encoded, String name, ImageLimits limits) {
    return image(() -> EncodedBytes.of(encoded, name, limits), name, limits);
  }

  /**
   * Decodes an encoded picture in memory within the {@linkplain ImageLimits#defaults() default
   * limits}.
   *
   * @param encoded a PNG, JPEG, GIF, BMP, WebP or TIFF picture; read, neither changed nor kept
   * @param name what messages call the picture, such as its URL
   * @return the upright picture, {@link BufferedImage#TYPE_3BYTE_BGR}; the caller's
   * @throws ImageDecodingException if the picture is empty, truncated, damaged, of another format,
   *     or too large
   * @throws CancellationException as {@link #decode(Path)}
   */
  @CheckReturnValue
  public static BufferedImage decode(byte[] encoded, String name) {
    return decode(encoded, name, ImageLimits.defaults());
  }

  /**
   * Decodes an encoded picture in memory.
   *
   * @param encoded a PNG, JPEG, GIF, BMP, WebP or TIFF picture; read, neither changed nor kept
   * @param name what messages call the picture, such as its URL
   * @param limits how large it may be
   * @return the upright picture, {@link BufferedImage#TYPE_3BYTE_BGR}; the caller's
   * @throws ImageDecodingException as {@link #decode(byte[], String)}
   * @throws CancellationException as {@link #decode(Path)}
   */
  @CheckReturnValue
  public static BufferedImage decode(byte[] encoded, String name, ImageLimits limits) {
    return image(() -> EncodedBytes.of(encoded, name, limits), name, limits);
  }

  private static BufferedImage image(Source source, String name, ImageLimits limits) {
    return read(source, name, limits, StoredPicture::bytesOfImage, StoredPicture::image);
  }

  /** Where the encoded bytes come from. */
  interface Source {
    EncodedBytes open();
  }

  /** What is made of a picture. */
  interface Use<T> {
    T of(StoredPicture picture) throws IOException;
  }

  /**
   * Reads a picture's header and, once there is memory for it, the picture.
   *
   * @param bytes memory that the use takes
   */
  static <T> T read(
      Source source,
      String name,
      ImageLimits limits,
      ToLongFunction<StoredPicture> bytes,
      Use<T> use) {
    Interruption.requireNone();
    try (EncodedBytes encoded = source.open()) {
      return read(encoded.bytes(), name, limits, bytes, use);
    } catch (OutOfMemoryError e) {
      throw new ImageDecodingException(name, DecodingMemory.full(), e);
    }
  }

  private static <T> T read(
      byte[] encoded,
      String name,
      ImageLimits limits,
      ToLongFunction<StoredPicture> bytes,
      Use<T> use) {
    if (encoded.length == 0) {
      throw EncodedBytes.expectedPicture(name, "nothing: 0 bytes", null);
    }
    ImageFormat format =
        ImageFormat.of(encoded)
            .orElseThrow(
                () -> EncodedBytes.expectedPicture(name, ForeignFormat.describe(encoded), null));
    try {
      StoredPicture picture = format.open(encoded);
      requireAllowedSize(picture, name, limits);
      requireHeldPixels(format, picture, encoded, name);
      return read(format, encoded, picture, name, bytes.applyAsLong(picture), use);
    } catch (ImageDecodingException | CancellationException e) {
      throw e;
    } catch (UnreadableVariantException e) {
      String problem = "expected a %s picture that is read, found ".formatted(format);
      throw new ImageDecodingException(name, problem + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      // The readers answer some damage with unchecked exceptions.
      String damage = isEndOfData(e) ? "a truncated one" : "a damaged one (" + reason(e) + ")";
      String problem =
          "expected a complete %s picture, found %s of %d bytes"
              .formatted(format, damage, encoded.length);
      throw new ImageDecodingException(name, problem, e);
    }
  }

  @SuppressWarnings("try") // the memory is held within it
  private static <T> T read(
      ImageFormat format,
      byte[] encoded,
      StoredPicture picture,
      String name,
      long bytes,
      Use<T> use)
      throws IOException {
    String size = "one of %d x %d".formatted(picture.width(), picture.height());
    try (DecodingMemory.Part memory = DecodingMemory.DECODING.hold(bytes, name, size)) {
      return use.of(picture);
    } catch (OutOfMemoryError e) {
      // G1 cannot collect while native decoders of other threads hold arrays, and after some tries
      // takes a heap for full that is not.
      return readAlone(format.open(encoded), name, bytes, size, use);
    }
  }

  /** Reads while no other picture is decoded. */
  @SuppressWarnings("try") // the memory is held within it
  private static <T> T readAlone(
      StoredPicture picture, String name, long bytes, String size, Use<T> use) throws IOException {
    try (DecodingMemory.Part memory = DecodingMemory.DECODING.holdAll(name, size)) {
      return use.of(picture);
    } catch (OutOfMemoryError e) {
      throw new ImageDecodingException(name, DecodingMemory.DECODING.tooLarge(bytes, size), e);
    }
  }

  private static void requireAllowedSize(StoredPicture picture, String name, ImageLimits limits) {
    int width = picture.width();
    int height = picture.height();
    if (width < 1 || height < 1 || (long) width * height > limits.maxPixels()) {
      throw new ImageDecodingException(
          name,
          "expected 1 to %d pixels, found a picture of %d x %d"
              .formatted(limits.maxPixels(), width, height));
    }
  }

  private static void requireHeldPixels(
      ImageFormat format, StoredPicture picture, byte[] encoded, String name) {
    if ((long) picture.width() * picture.height() > format.mostPixels(encoded)) {
      throw new ImageDecodingException(
          name,
          "expected a complete %s picture of %d x %d, found a truncated one of %d bytes"
              .formatted(format, picture.width(), picture.height(), encoded.length));
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static boolean isEndOfData(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof EOFException) {
        return true;
      }
    }
    return false;
  }
}
