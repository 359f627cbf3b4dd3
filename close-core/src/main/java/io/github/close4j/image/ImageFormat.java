package io.github.close4j.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;

/** The formats that are read, told apart by their first bytes, never by a name. */
enum ImageFormat {
  /** Deflate grows 1032-fold at most, to pixels of one bit at least. */
  PNG("\u0089PNG\r\n\u001a\n", 1032 * 8, PngPicture::open),
  /** A block of 8 x 8 pixels takes one bit at least. */
  JPEG("\u00ff\u00d8\u00ff", 8 * 8 * 8, bytes -> new JpegPicture(bytes, JpegHeader.read(bytes))),
  /** A code takes three bits at least and stands for 4096 pixels at most. */
  GIF("GIF8", 4096 * 8 / 3, GifPicture::open),
  /** A run takes two bytes and has 255 pixels at most. */
  BMP("BM", 128, BmpPicture::open),
  /** A picture of one colour takes no bits a pixel. */
  WEBP("RIFF", Integer.MAX_VALUE, WebpPicture::open),
  /** A white page takes one bit a row of a fax. */
  TIFF("", Integer.MAX_VALUE, TiffPicture::open);

  /** What the formats are called in messages. */
  static final String READABLE = "a PNG, JPEG, GIF, BMP, WebP or TIFF picture";

  private interface Opening {
    StoredPicture open(byte[] encoded) throws IOException;
  }

  private final String signature;
  private final int pixelsPerByte;
  private final Opening opening;

  ImageFormat(String signature, int pixelsPerByte, Opening opening) {
    this.signature = signature;
    this.pixelsPerByte = pixelsPerByte;
    this.opening = opening;
  }

  /** The format of an encoded picture, or nothing if it is none of these. */
  static Optional<ImageFormat> of(byte[] encoded) {
    return Arrays.stream(values()).filter(format -> format.begins(encoded)).findFirst();
  }

  private boolean begins(byte[] encoded) {
    return switch (this) {
      case WEBP -> Bytes.startsWith(encoded, 0, signature) && Bytes.startsWith(encoded, 8, "WEBP");
      case TIFF -> TiffDirectory.hasHeader(encoded);
      default -> Bytes.startsWith(encoded, 0, signature);
    };
  }

  /** The most pixels that encoded bytes can hold, whatever they claim to. */
  long mostPixels(byte[] encoded) {
    return (long) pixelsPerByte * encoded.length;
  }

  /** Reads the header. The bytes are not copied. */
  StoredPicture open(byte[] encoded) throws IOException {
    return opening.open(encoded);
  }

  /**
   * The JDK's own reader of a format over encoded bytes, whatever other readers an application has
   * registered and in whatever order; the caller disposes of it.
   */
  static ImageReader jdkReader(String format, byte[] encoded) throws IOException {
    return jdkReader(format, new ByteArrayImageInputStream(encoded));
  }

  /** The same over a stream. */
  static ImageReader jdkReader(String format, ImageInputStream encoded) throws IOException {
    ImageReader reader = jdkProvider(format).createReaderInstance();
    // Of a GIF, metadata says where on the screen it lies.
    reader.setInput(encoded, true, !format.equals("gif"));
    reader.addIIOReadProgressListener(new InterruptedReading());
    return reader;
  }

  private static ImageReaderSpi jdkProvider(String format) {
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance()
            .getServiceProviders(ImageReaderSpi.class, p -> isJdkReader(p, format), false);
    if (!providers.hasNext()) {
      throw new IllegalStateException(
          "ImageIO: expected the JDK's %s reader, found that it is not registered"
              .formatted(format));
    }
    return providers.next();
  }

  private static boolean isJdkReader(Object provider, String format) {
    return provider.getClass().getModule() == ImageIO.class.getModule()
        && Arrays.asList(((ImageReaderSpi) provider).getFormatNames()).contains(format);
  }
}
