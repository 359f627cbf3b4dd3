package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are no readable picture are called by their names, not by their bytes. */
class ForeignFormatTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          \\0\\0\\0\\u0020ftypavif\\0\\0\\0\\0 | an AVIF picture
          \\0\\0\\0\\u0020ftypavis\\0\\0\\0\\0 | an AVIF picture
          \\0\\0\\0\\u0018ftypheic\\0\\0\\0\\0 | an HEIC picture
          \\0\\0\\0\\u0018ftypmif1\\0\\0\\0\\0 | an HEIC picture
          \\0\\0\\0\\u0018ftypisom\\0\\0\\0\\0 | an MP4 video or the like (brand isom)
          \\u00ff\\n\\u00fa\\u0042 | a JPEG XL picture
          \\0\\0\\0\\u000cJXL \\r\\n | a JPEG XL picture
          \\0\\0\\0\\u000cjP  \\r\\n | a JPEG 2000 picture
          \\u00ffO\\u00ffQ\\0 | a JPEG 2000 picture
          8BPS\\0\\u0001 | a Photoshop document (PSD)
          \\0\\0\\u0001\\0\\u0001\\0 | an icon (ICO)
          %PDF-1.7 | a PDF document
          <svg xmlns="http://www.w3.org/2000/svg"/> | an SVG drawing
          <?xml version="1.0"?>\\n<!-- a --><svg/> | an SVG drawing
          \\n <!DOCTYPE html><html></html> | a web page (HTML)
          P6\\n3 4\\n255\\n | a Netpbm picture (PBM, PGM, PPM)
          version https://git-lfs.github.com/spec/v1\\n | a Git LFS pointer in place of the file
          PK\\u0003\\u0004 | a ZIP archive
          qoif\\0\\0 | a QOI picture
          """)
  void isCalledByItsName(String bytes, String name) {
    byte[] encoded = unescaped(bytes).getBytes(StandardCharsets.ISO_8859_1);
    ImageDecodingException thrown =
        assertThrows(
            ImageDecodingException.class, () -> ImageDecoder.decode(encoded, "upload").flush());
    assertEquals(
        "upload: expected a PNG, JPEG, GIF, BMP, WebP or TIFF picture, found " + name,
        thrown.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"7, 0", "8, 4", "12, 8"})
  void aFewBytesAreShown(int length, int zeros) {
    byte[] encoded = new byte[length];
    Arrays.fill(encoded, zeros, length, (byte) 'x');
    String found = ForeignFormat.describe(encoded);
    assertTrue(found.startsWith(length + " bytes that start with "), found);
    assertFalse(found.contains("\0"), found);
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '\\') {
        plain.append(text.charAt(i));
      } else if (text.charAt(++i) == 'u') {
        plain.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
        i += 4;
      } else {
        plain.append(
            switch (text.charAt(i)) {
              case 'n' -> '\n';
              case 'r' -> '\r';
              default -> '\0';
            });
      }
    }
    return plain.toString();
  }
}
