package io.github.close4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import org.w3c.dom.Element;

/**
 * A GIF's first frame on its screen, of which it may cover only a part; the JDK's reader gives the
 * part. The screen grows to hold the frame.
 */
final class GifPicture extends RasterPicture {
  private final ImageReader reader;
  private final int left;
  private final int top;

  private GifPicture(ImageReader reader, int width, int height, int left, int top) {
    // One byte a pixel of the screen and one of the frame.
    super(width, height, ImageOrientation.UPRIGHT, 2L * width * height, false);
    this.reader = reader;
    this.left = left;
    this.top = top;
  }

  static GifPicture open(byte[] encoded) throws IOException {
    ImageReader reader = ImageFormat.jdkReader("gif", encoded);
    Element screen = element(reader.getStreamMetadata(), "LogicalScreenDescriptor");
    Element frame = element(reader.getImageMetadata(0), "ImageDescriptor");
    int left = number(frame, "imageLeftPosition");
    int top = number(frame, "imageTopPosition");
    int width = Math.max(number(screen, "logicalScreenWidth"), left + reader.getWidth(0));
    int height = Math.max(number(screen, "logicalScreenHeight"), top + reader.getHeight(0));
    return new GifPicture(reader, width, height, left, top);
  }

  /** The frame on the screen; the rest has the transparent colour or, without one, colour 0. */
  @Override
  BufferedImage readStored() throws IOException {
    BufferedImage frame = reader.read(0);
    if (width() == frame.getWidth() && height() == frame.getHeight()) {
      return frame;
    }
    IndexColorModel palette = (IndexColorModel) frame.getColorModel();
    WritableRaster screen = palette.createCompatibleWritableRaster(width(), height());
    int[] background = new int[width()];
    Arrays.fill(background, Math.max(palette.getTransparentPixel(), 0));
    for (int y = 0; y < height(); y++) {
      screen.setPixels(0, y, width(), 1, background);
    }
    screen.setRect(left, top, frame.getRaster());
    return new BufferedImage(palette, screen, false, null);
  }

  private static Element element(IIOMetadata metadata, String name) {
    Element tree = (Element) metadata.getAsTree(metadata.getNativeMetadataFormatName());
    return (Element) tree.getElementsByTagName(name).item(0);
  }

  private static int number(Element element, String attribute) {
    return Integer.parseInt(element.getAttribute(attribute));
  }
}
