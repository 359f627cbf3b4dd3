package io.github.close4j.image;

import com.google.errorprone.annotations.CheckReturnValue;
import io.github.close4j.internal.io.FileFailure;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * Decodes PNG, JPEG, GIF (its first frame) and BMP pictures to the pixels of Hugging Face's {@code
 * load_image}: {@code PIL.ImageOps.exif_transpose}, then {@code convert("RGB")}.
 *
 * <p>All eight EXIF orientations are applied. Grey is repeated, a palette looked up, alpha and
 * transparency dropped without blending, CMYK converted without a profile; embedded colour profiles
 * are ignored; grey of 16 bits is clipped at 255, colour of 16 bits loses its low byte. The format
 * is told from the content, not from a name. Nothing is written to disk, and neither ImageIO's
 * global cache setting nor its registry is changed.
 *
 * <p>Interrupting the thread that decodes ends it within a few rows, with a {@link
 * CancellationException}; the thread stays interrupted. A stream that blocks is left at once only
 * if it heeds interrupts itself, as the JDK's channels and pipes do.
 *
 * <p>Differs from the reference: only a JPEG's EXIF segment is asked for the orientation, neither
 * PNG's {@code eXIf} chunk nor XMP. JPEG pixels are those of the JDK's libjpeg and may differ by
 * rounding from those of a Pillow built on another version. A PNG's checksums are not verified.
 */
public final class ImageDecoder {

  /**
   * Most pixels that a picture may have, width times height; a larger one is refused before its
   * pixels are allocated, and so is one that declares more pixels than its bytes can hold. Decoding
   * takes about 4 bytes a pixel, and at most 12. Pillow refuses from the same number on.
   */
  public static final long MAX_PIXELS = 178_956_970L;

  private static final int PNG_BIT_DEPTH = 24;
  private static final int PNG_COLOUR_TYPE = 25;
  private static final int PNG_GREY = 0;

  private ImageDecoder() {}

  /**
   * Decodes a file.
   *
   * @param file a PNG, JPEG, GIF or BMP file
   * @return the upright picture, {@link BufferedImage#TYPE_3BYTE_BGR}; the caller's
   * @throws ImageDecodingException if the file is missing, unreadable, empty, truncated, damaged,
   *     of another format, or has more than {@link #MAX_PIXELS} pixels
   * @throws CancellationException if this thread is interrupted
   */
  @CheckReturnValue
  public static BufferedImage decode(Path file) {
    String name = file.toString();
    try {
      return decode(Files.readAllBytes(file), name);
    } catch (NoSuchFileException e) {
      throw expectedPicture(name, "no such file", e);
    } catch (AccessDeniedException e) {
      throw expectedPicture(name, "a file that may not be read", e);
    } catch (IOException e) {
      String found =
          Files.isDirectory(file)
              ? "a directory"
              : "a file that fails to read: " + FileFailure.reason(e);
      throw expectedPicture(name, found, e);
    }
  }

  /**
   * Decodes the rest of a stream, which is read to its end into memory and not closed.
   *
   * @param encoded a PNG, JPEG, GIF or BMP picture
   * @param name what messages call the picture, such as its URL
   * @return the upright picture, {@link BufferedImage#TYPE_3BYTE_BGR}; the caller's
   * @throws ImageDecodingException if the stream fails or is empty, or the picture is truncated,
   *     damaged, of another format, or has more than {@link #MAX_PIXELS} pixels
   * @throws CancellationException if this thread is interrupted
   */
  @CheckReturnValue
  public static BufferedImage decode(InputStream encoded, String name) {
    byte[] bytes;
    try {
      bytes = encoded.readAllBytes();
    } catch (IOException e) {
      throw expectedPicture(name, "a stream that fails to read: " + FileFailure.reason(e), e);
    }
    return decode(bytes, name);
  }

  /**
   * Decodes an encoded picture in memory.
   *
   * @param encoded a PNG, JPEG, GIF or BMP picture; read, neither changed nor kept
   * @param name what messages call the picture, such as its URL
   * @return the upright picture, {@link BufferedImage#TYPE_3BYTE_BGR}; the caller's
   * @throws ImageDecodingException if the picture is empty, truncated, damaged, of another format,
   *     or has more than {@link #MAX_PIXELS} pixels
   * @throws CancellationException if this thread is interrupted
   */
  @CheckReturnValue
  public static BufferedImage decode(byte[] encoded, String name) {
    if (encoded.length == 0) {
      throw expectedPicture(name, "nothing: 0 bytes", null);
    }
    ImageFormat format =
        ImageFormat.of(encoded)
            .orElseThrow(() -> expectedPicture(name, ImageFormat.describe(encoded), null));
    try {
      return decode(format, encoded, name);
    } catch (ImageDecodingException | CancellationException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The JDK's readers answer some damage with unchecked exceptions.
      String damage = isEndOfData(e) ? "a truncated one" : "a damaged one (" + e.getMessage() + ")";
      String problem =
          "expected a complete %s picture, found %s of %d bytes"
              .formatted(format, damage, encoded.length);
      throw new ImageDecodingException(name, problem, e);
    }
  }

  private static BufferedImage decode(ImageFormat format, byte[] encoded, String name)
      throws IOException {
    ImageReader reader = format.open(encoded);
    reader.addIIOReadProgressListener(new InterruptedReading());
    try {
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      requireAllowedSize(width, height, name);
      requireHeldPixels(format, width, height, encoded, name);
      return switch (format) {
        case JPEG -> readJpeg(reader, encoded);
        case GIF -> upright(readGif(reader, name));
        case PNG -> readPng(reader, encoded);
        case BMP -> upright(reader.read(0));
      };
    } finally {
      reader.dispose();
    }
  }

  private static BufferedImage readJpeg(ImageReader reader, byte[] encoded) throws IOException {
    JpegHeader header = JpegHeader.read(encoded);
    Raster stored = reader.readRaster(0, null);
    if (stored.getTransferType() != DataBuffer.TYPE_BYTE) {
      throw new IOException("expected components of 8 bits");
    }
    return ImageOrientation.upright(
        JpegColours.rows(stored, header.colour()),
        stored.getWidth(),
        stored.getHeight(),
        header.orientation());
  }

  private static BufferedImage readGif(ImageReader reader, String name) throws IOException {
    GifCanvas canvas = GifCanvas.read(reader);
    requireAllowedSize(canvas.width(), canvas.height(), name);
    return canvas.draw(reader.read(0));
  }

  private static BufferedImage readPng(ImageReader reader, byte[] encoded) throws IOException {
    BufferedImage image = reader.read(0);
    // A transparent level makes the reader add alpha, which must not change how grey is read.
    boolean deepGrey = encoded[PNG_BIT_DEPTH] == Short.SIZE && encoded[PNG_COLOUR_TYPE] == PNG_GREY;
    return deepGrey ? upright(image, RgbRows.ofClippedGrey(image.getRaster())) : upright(image);
  }

  private static BufferedImage upright(BufferedImage image) {
    return upright(image, RgbRows.of(image));
  }

  private static BufferedImage upright(BufferedImage image, RgbRows rows) {
    return ImageOrientation.upright(
        rows, image.getWidth(), image.getHeight(), ImageOrientation.UPRIGHT);
  }

  private static void requireAllowedSize(int width, int height, String name) {
    if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
      throw new ImageDecodingException(
          name,
          "expected 1 to %d pixels, found a picture of %d x %d"
              .formatted(MAX_PIXELS, width, height));
    }
  }

  private static void requireHeldPixels(
      ImageFormat format, int width, int height, byte[] encoded, String name) {
    if ((long) width * height > format.mostPixels(encoded)) {
      throw new ImageDecodingException(
          name,
          "expected a complete %s picture of %d x %d, found a truncated one of %d bytes"
              .formatted(format, width, height, encoded.length));
    }
  }

  private static boolean isEndOfData(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof EOFException) {
        return true;
      }
    }
    return false;
  }

  private static ImageDecodingException expectedPicture(
      String name, String found, @Nullable Throwable cause) {
    return new ImageDecodingException(
        name, "expected %s, found %s".formatted(ImageFormat.READABLE, found), cause);
  }
}
