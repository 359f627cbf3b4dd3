package io.github.close4j.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;

/**
 * The formats that are read, told apart by their first bytes, never by a name, and their readers.
 */
enum ImageFormat {
  /** Deflate grows 1032-fold at most, to pixels of one bit at least. */
  PNG("89504e470d0a1a0a", 1032 * 8),
  /** A block of 8 x 8 pixels takes one bit at least. */
  JPEG("ffd8ff", 8 * 8 * 8),
  /** A code takes three bits at least and stands for 4096 pixels at most. */
  GIF("47494638", 4096 * 8 / 3),
  /** A run takes two bytes and has 255 pixels at most. */
  BMP("424d", 128);

  /** What the formats are called in messages. */
  static final String READABLE = "a PNG, JPEG, GIF or BMP picture";

  private static final int SHOWN_BYTES = 8;
  private static final int FOUR_CC_OFFSET = 8;

  // A registry of our own: registering in the JVM's would change what the application reads with.
  private static final class Jpeg {
    static final ImageReaderSpi PROVIDER = provider();

    private static ImageReaderSpi provider() {
      ServiceRegistry own = new ServiceRegistry(List.<Class<?>>of(ImageReaderSpi.class).iterator());
      own.registerServiceProvider(jdkProvider("JPEG"), ImageReaderSpi.class);
      JPEGImageReaderSpi jpeg = new JPEGImageReaderSpi();
      own.registerServiceProvider(jpeg, ImageReaderSpi.class);
      return jpeg;
    }
  }

  private final byte[] signature;
  private final int pixelsPerByte;

  ImageFormat(String signatureHex, int pixelsPerByte) {
    signature = HexFormat.of().parseHex(signatureHex);
    this.pixelsPerByte = pixelsPerByte;
  }

  /** The most pixels that encoded bytes can hold, whatever they claim to. */
  long mostPixels(byte[] encoded) {
    return (long) pixelsPerByte * encoded.length;
  }

  /** The format of an encoded picture, or nothing if it is none of these. */
  static Optional<ImageFormat> of(byte[] encoded) {
    return Arrays.stream(values()).filter(f -> startsWith(encoded, f.signature)).findFirst();
  }

  /** Describes bytes of no readable format for a message. */
  static String describe(byte[] encoded) {
    if (contains(encoded, 0, "RIFF") && contains(encoded, FOUR_CC_OFFSET, "WEBP")) {
      return "a WebP picture";
    }
    if (contains(encoded, 0, "II*\0") || contains(encoded, 0, "MM\0*")) {
      return "a TIFF picture";
    }
    if (contains(encoded, 4, "ftyp")) {
      return "an HEIF, AVIF or MP4 file";
    }
    byte[] head = Arrays.copyOf(encoded, Math.min(encoded.length, SHOWN_BYTES));
    String text = new String(head, StandardCharsets.US_ASCII).replaceAll("[^ -~]", ".");
    return "%d bytes that start with %s (\"%s\")"
        .formatted(encoded.length, HexFormat.ofDelimiter(" ").formatHex(head), text);
  }

  private static boolean contains(byte[] encoded, int offset, String ascii) {
    byte[] expected = ascii.getBytes(StandardCharsets.US_ASCII);
    int end = offset + expected.length;
    return encoded.length >= end
        && Arrays.equals(encoded, offset, end, expected, 0, expected.length);
  }

  private static boolean startsWith(byte[] encoded, byte[] signature) {
    return encoded.length >= signature.length
        && Arrays.equals(encoded, 0, signature.length, signature, 0, signature.length);
  }

  /**
   * A reader over encoded bytes, which are not copied; the caller disposes of it. It is the JDK's
   * own, or TwelveMonkeys' over the JDK's for JPEG, whatever other readers an application has
   * registered and in whatever order.
   */
  ImageReader open(byte[] encoded) throws IOException {
    ImageReaderSpi provider = this == JPEG ? Jpeg.PROVIDER : jdkProvider(name());
    ImageReader reader = provider.createReaderInstance();
    reader.setInput(new ByteArrayImageInputStream(encoded), true, this != GIF);
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
