package io.github.close4j.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;

/**
 * Opens the JDK's own readers, and TwelveMonkeys' over the JDK's for JPEG, whatever other readers
 * an application has registered and in whatever order.
 */
final class ImageReaders {
  // A registry of our own: registering in the JVM's would change what the application reads with.
  private static final class Jpeg {
    static final ImageReaderSpi PROVIDER = provider();

    private static ImageReaderSpi provider() {
      ServiceRegistry own = new ServiceRegistry(List.<Class<?>>of(ImageReaderSpi.class).iterator());
      own.registerServiceProvider(jdkProvider("jpeg"), ImageReaderSpi.class);
      JPEGImageReaderSpi jpeg = new JPEGImageReaderSpi();
      own.registerServiceProvider(jpeg, ImageReaderSpi.class);
      return jpeg;
    }
  }

  private ImageReaders() {}

  /** A reader over encoded bytes, which are not copied; the caller disposes of it. */
  static ImageReader open(ImageFormat format, byte[] encoded) throws IOException {
    ImageReaderSpi provider =
        switch (format) {
          case JPEG -> Jpeg.PROVIDER;
          case PNG -> jdkProvider("png");
          case GIF -> jdkProvider("gif");
          case BMP -> jdkProvider("bmp");
        };
    ImageReader reader = provider.createReaderInstance();
    reader.setInput(new ByteArrayImageInputStream(encoded), true, format != ImageFormat.GIF);
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
