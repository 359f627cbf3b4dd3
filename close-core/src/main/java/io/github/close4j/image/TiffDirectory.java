package io.github.close4j.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first directory of a TIFF file or of an EXIF block, which has the same form; read as Pillow's
 * {@code ImageFileDirectory_v2}: tags of unknown types are skipped, the first of several equal tags
 * counts, and a value that lies outside the data ends the directory.
 */
final class TiffDirectory {
  private static final int BYTE = 1;
  private static final int ASCII = 2;
  private static final int UNDEFINED = 7;
  // Bytes of a value of each type, 0 for none: BYTE, ASCII, SHORT, LONG, RATIONAL, ...
  private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};
  private static final int BIG_VERSION = 43;

  /** A tag's type and its values as they lie in the data. */
  private record Value(int type, int count, int position) {}

  private final ByteBuffer data;
  private final boolean big;
  private final Map<Integer, Value> values = new HashMap<>();

  private TiffDirectory(ByteBuffer data, boolean big) {
    this.data = data;
    this.big = big;
  }

  /** The first directory, as far as it can be read; nothing if the data has no TIFF header. */
  static Optional<TiffDirectory> first(byte[] tiff) {
    if (!hasHeader(tiff)) {
      return Optional.empty();
    }
    boolean big = tiff[2] == BIG_VERSION;
    ByteBuffer data = ByteBuffer.wrap(tiff);
    data.order(tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    TiffDirectory directory = new TiffDirectory(data, big);
    long offset = big ? (tiff.length < 16 ? -1 : data.getLong(8)) : data.getInt(4) & 0xffffffffL;
    directory.read(offset);
    return Optional.of(directory);
  }

  static boolean hasHeader(byte[] data) {
    if (data.length < 8 || data[0] != data[1] || (data[0] != 'I' && data[0] != 'M')) {
      return false;
    }
    // A version in the wrong byte order is let pass, as Pillow does.
    return (data[2] == '*' && data[3] == 0)
        || (data[2] == 0 && data[3] == '*')
        || (data[0] == 'I' && data[2] == BIG_VERSION && data[3] == 0);
  }

  private void read(long offset) {
    int countBytes = big ? Long.BYTES : Short.BYTES;
    int entryBytes = big ? 20 : 12;
    if (offset < 0 || offset > data.capacity() - countBytes) {
      return;
    }
    long entries = big ? data.getLong((int) offset) : data.getShort((int) offset) & 0xffff;
    long room = (data.capacity() - offset - countBytes) / entryBytes;
    long outside = 0;
    for (int i = 0; i < Math.min(entries, room); i++) {
      int entry = (int) offset + countBytes + entryBytes * i;
      int tag = data.getShort(entry) & 0xffff;
      int type = data.getShort(entry + 2) & 0xffff;
      int unit = type < TYPE_BYTES.length ? TYPE_BYTES[type] : 0;
      long count = big ? data.getLong(entry + 4) : data.getInt(entry + 4) & 0xffffffffL;
      if (values.containsKey(tag) || unit == 0 || count <= 0 || count > Integer.MAX_VALUE) {
        continue;
      }
      int field = entry + (big ? 12 : 8);
      long position = field;
      if (count * unit > (big ? Long.BYTES : Integer.BYTES)) {
        outside += count * unit;
        if (outside > data.capacity()) {
          continue;
        }
        position = big ? data.getLong(field) : data.getInt(field) & 0xffffffffL;
        if (position < 0 || position > data.capacity() - count * unit) {
          return;
        }
      }
      values.put(tag, new Value(type, (int) count, (int) position));
    }
  }

  boolean has(int tag) {
    return values.containsKey(tag);
  }

  /** A tag's values; none if it is absent or not of numbers. */
  double[] numbers(int tag) {
    Value value = values.get(tag);
    if (value == null || value.type == ASCII || value.type == UNDEFINED) {
      return new double[0];
    }
    double[] numbers = new double[value.count];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(value.type, value.position + i * TYPE_BYTES[value.type]);
    }
    return numbers;
  }

  private double number(int type, int at) {
    return switch (type) {
      case 1 -> data.get(at) & 0xff;
      case 6 -> data.get(at);
      case 3 -> data.getShort(at) & 0xffff;
      case 8 -> data.getShort(at);
      case 4, 13 -> data.getInt(at) & 0xffffffffL;
      case 9 -> data.getInt(at);
      case 5 -> (data.getInt(at) & 0xffffffffL) / (double) (data.getInt(at + 4) & 0xffffffffL);
      case 10 -> data.getInt(at) / (double) data.getInt(at + 4);
      case 11 -> data.getFloat(at);
      case 12 -> data.getDouble(at);
      default -> data.getLong(at);
    };
  }

  /** The first of a tag's values, or another number if it has none. */
  double number(int tag, double otherwise) {
    double[] numbers = numbers(tag);
    return numbers.length == 0 ? otherwise : numbers[0];
  }

  /** Whether a tag's values are bytes, which Pillow takes for no number. */
  boolean isBytes(int tag) {
    Value value = values.get(tag);
    return value != null && (value.type == BYTE || value.type == UNDEFINED);
  }

  /** A tag's values as bytes; null if it is absent or not of bytes. */
  byte @Nullable [] bytes(int tag) {
    Value value = values.get(tag);
    if (value == null || !isBytes(tag)) {
      return null;
    }
    byte[] bytes = new byte[value.count];
    data.get(value.position, bytes);
    return bytes;
  }
}
