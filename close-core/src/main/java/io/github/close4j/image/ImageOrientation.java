package io.github.close4j.image;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a stored picture is turned upright, as Pillow's {@code ImageOps.exif_transpose} does it: axes
 * are swapped first, then columns and rows are mirrored.
 *
 * @param swapsAxes whether stored columns are rows of the upright picture
 * @param mirrorsColumns whether the upright picture's columns are in reverse order
 * @param mirrorsRows whether its rows are
 */
record ImageOrientation(boolean swapsAxes, boolean mirrorsColumns, boolean mirrorsRows) {
  static final ImageOrientation UPRIGHT = new ImageOrientation(false, false, false);

  private static final int ORIENTATION_TAG = 0x112;
  private static final int XMP_TAG = 700;
  private static final String EXIF_PREFIX = "Exif\0\0";
  private static final int BIG_VERSION = 43;
  private static final Pattern XMP_ORIENTATION = Pattern.compile("tiff:Orientation(?:=\"|>)(\\d)");

  /** The orientation of EXIF's number, 1 to 8; upright for any other. */
  static ImageOrientation ofExif(double number) {
    boolean swaps = number == 5 || number == 6 || number == 7 || number == 8;
    boolean mirrorsColumns = number == 2 || number == 3 || number == 6 || number == 7;
    boolean mirrorsRows = number == 3 || number == 4 || number == 7 || number == 8;
    return new ImageOrientation(swaps, mirrorsColumns, mirrorsRows);
  }

  /**
   * What metadata says: EXIF, and XMP where EXIF has no such tag. An EXIF block that is not one
   * leaves the picture upright: damaged metadata does not make a picture unreadable.
   *
   * @param exif an EXIF block, with or without {@code Exif\0\0} before it, once or twice
   * @param xmp an XMP packet
   */
  static ImageOrientation of(byte @Nullable [] exif, byte @Nullable [] xmp) {
    byte[] tiff = exif == null ? new byte[0] : withoutPrefix(withoutPrefix(exif));
    if (tiff.length == 0) {
      return ofXmp(xmp);
    }
    // Pillow does not read big TIFF here.
    if (tiff.length > 2 && tiff[2] == BIG_VERSION) {
      return UPRIGHT;
    }
    return TiffDirectory.first(tiff).map(directory -> of(directory, xmp)).orElse(UPRIGHT);
  }

  /** What the first directory of a TIFF file says. */
  static ImageOrientation of(TiffDirectory file) {
    return of(file, file.bytes(XMP_TAG));
  }

  private static ImageOrientation of(TiffDirectory directory, byte @Nullable [] xmp) {
    if (!directory.has(ORIENTATION_TAG)) {
      return ofXmp(xmp);
    }
    boolean number = !directory.isBytes(ORIENTATION_TAG);
    return number ? ofExif(directory.number(ORIENTATION_TAG, 1)) : UPRIGHT;
  }

  private static ImageOrientation ofXmp(byte @Nullable [] xmp) {
    if (xmp == null) {
      return UPRIGHT;
    }
    Matcher match = XMP_ORIENTATION.matcher(new String(xmp, StandardCharsets.ISO_8859_1));
    return match.find() ? ofExif(Integer.parseInt(match.group(1))) : UPRIGHT;
  }

  private static byte[] withoutPrefix(byte[] exif) {
    return Bytes.startsWith(exif, 0, EXIF_PREFIX) ? Bytes.from(exif, EXIF_PREFIX.length()) : exif;
  }

  boolean isUpright() {
    return equals(UPRIGHT);
  }

  int uprightWidth(int width, int height) {
    return swapsAxes ? height : width;
  }

  int uprightHeight(int width, int height) {
    return swapsAxes ? width : height;
  }
}
