package io.github.close4j.internal.io;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a file is that should be UTF-8 text and is something else, told by its first bytes. */
public final class TextEncoding {
  /** What stands before a text in UTF-8 that was written with a mark. */
  public static final char BYTE_ORDER_MARK = '\ufeff';

  /** In this order: the mark of UTF-16 begins the one of UTF-32. */
  private static final Map<String, String> BY_FIRST_BYTES = new LinkedHashMap<>();

  static {
    BY_FIRST_BYTES.put("\u00ff\u00fe\0\0", "UTF-32");
    BY_FIRST_BYTES.put("\0\0\u00fe\u00ff", "UTF-32");
    BY_FIRST_BYTES.put("\u00ff\u00fe", "UTF-16");
    BY_FIRST_BYTES.put("\u00fe\u00ff", "UTF-16");
    BY_FIRST_BYTES.put("PK\u0003\u0004", "a ZIP archive");
    BY_FIRST_BYTES.put("BZh", "a bzip2 file");
    BY_FIRST_BYTES.put("\u00fd7zXZ", "an xz file");
    BY_FIRST_BYTES.put("7z\u00bc\u00af", "a 7-Zip archive");
    BY_FIRST_BYTES.put("(\u00b5/\u00fd", "a Zstandard file");
    BY_FIRST_BYTES.put("PAR1", "a Parquet file");
    BY_FIRST_BYTES.put("ARROW1", "an Arrow file");
    BY_FIRST_BYTES.put("SQLite format 3\0", "an SQLite database");
    BY_FIRST_BYTES.put("\u0093NUMPY", "a NumPy file");
    BY_FIRST_BYTES.put("%PDF-", "a PDF document");
  }

  private TextEncoding() {}

  /**
   * Names the encoding, or the kind of file, of bytes that are no UTF-8 text.
   *
   * @param head a file's first bytes
   * @return the name, or null if nothing speaks against UTF-8
   */
  public static @Nullable String other(byte[] head) {
    String bytes = new String(head, StandardCharsets.ISO_8859_1);
    for (Map.Entry<String, String> kind : BY_FIRST_BYTES.entrySet()) {
      if (bytes.startsWith(kind.getKey())) {
        return kind.getValue();
      }
    }
    // The name of the format within a tar file's first block.
    if (bytes.startsWith("ustar", 257)) {
      return "a tar archive";
    }
    return everyOtherIsZero(bytes) ? "UTF-16" : null;
  }

  /** Latin letters in UTF-16, without a mark: each of them has a zero byte before or behind it. */
  private static boolean everyOtherIsZero(String bytes) {
    long pairs = bytes.length() / 2;
    int[] zeros = new int[2];
    for (int i = 0; i < bytes.length(); i++) {
      zeros[i % 2] += bytes.charAt(i) == 0 ? 1 : 0;
    }
    long most = Math.max(zeros[0], zeros[1]);
    long fewest = Math.min(zeros[0], zeros[1]);
    return pairs > 1 && most * 5 > pairs * 4 && fewest * 5 < pairs;
  }
}
