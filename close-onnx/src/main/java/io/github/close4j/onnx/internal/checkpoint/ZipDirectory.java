package io.github.close4j.onnx.internal.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where the entries of a zip file lie, so that uncompressed ones can be mapped. The JDK's own
 * reader does not tell.
 *
 * <p>Source: PKWARE's APPNOTE, sections 4.3 and 4.5.3, with zip64.
 */
final class ZipDirectory {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int END64_LENGTH = 56;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int LOCATOR_LENGTH = 20;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ENTRY_LENGTH = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_LENGTH = 30;
  private static final int ZIP64_FIELD = 1;
  private static final long IN_ZIP64 = 0xFFFFFFFFL;

  /** A directory of a hundred thousand tensors fits. */
  private static final long MAX_DIRECTORY_BYTES = 16_000_000;

  private final FileChannel channel;
  private final long fileSize;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * An entry as the directory describes it.
   *
   * @param localHeader position of its local header
   * @param size length of its data
   * @param method 0 if it is not compressed
   */
  private record Entry(long localHeader, long size, int method) {}

  /** A part of the file. */
  record Range(long position, long length) {}

  private ZipDirectory(FileChannel channel) throws IOException {
    this.channel = channel;
    this.fileSize = channel.size();
  }

  /**
   * Reads the directory.
   *
   * @throws IllegalArgumentException if it is no sound zip file
   */
  static ZipDirectory read(FileChannel channel) throws IOException {
    ZipDirectory zip = new ZipDirectory(channel);
    Range directory = zip.findDirectory();
    zip.readEntries(zip.bytes(directory.position(), directory.length()));
    return zip;
  }

  Set<String> names() {
    return entries.keySet();
  }

  /**
   * Where an entry's data lie.
   *
   * @throws IllegalArgumentException if there is no such entry, it is compressed, or it does not
   *     lie within the file
   */
  Range locate(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("expected a zip entry '" + name + "', found none");
    }
    if (entry.method() != 0) {
      throw new IllegalArgumentException(
          "zip entry '%s': expected plain storage, found compression method %d"
              .formatted(name, entry.method()));
    }
    ByteBuffer header = bytes(entry.localHeader(), LOCAL_LENGTH);
    if (header.getInt(0) != LOCAL_SIGNATURE) {
      throw new IllegalArgumentException(
          "zip entry '" + name + "': expected a local header, found none");
    }
    long position =
        entry.localHeader() + LOCAL_LENGTH + unsignedShort(header, 26) + unsignedShort(header, 28);
    requireWithin(position, entry.size());
    return new Range(position, entry.size());
  }

  /** A copy of a part of the file. */
  ByteBuffer bytes(long position, long length) throws IOException {
    requireWithin(position, length);
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    return bytes.flip();
  }

  private Range findDirectory() throws IOException {
    long tailLength = Math.min(fileSize, END_LENGTH + 0xFFFF);
    long tailStart = fileSize - tailLength;
    ByteBuffer tail = bytes(tailStart, tailLength);
    for (int at = (int) tailLength - END_LENGTH; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE
          && at + END_LENGTH + unsignedShort(tail, at + 20) == tailLength) {
        long size = unsignedInt(tail, at + 12);
        long position = unsignedInt(tail, at + 16);
        boolean isZip64 = size == IN_ZIP64 || position == IN_ZIP64;
        return directory(isZip64 ? zip64(tailStart + at) : new Range(position, size));
      }
    }
    throw new IllegalArgumentException("expected a zip file, found no end of a zip directory");
  }

  private Range zip64(long end) throws IOException {
    ByteBuffer locator = bytes(end - LOCATOR_LENGTH, LOCATOR_LENGTH);
    if (locator.getInt(0) != LOCATOR_SIGNATURE) {
      throw new IllegalArgumentException("expected a zip64 locator, found none");
    }
    ByteBuffer end64 = bytes(locator.getLong(8), END64_LENGTH);
    if (end64.getInt(0) != END64_SIGNATURE) {
      throw new IllegalArgumentException("expected the end of a zip64 directory, found none");
    }
    return new Range(end64.getLong(48), end64.getLong(40));
  }

  private Range directory(Range range) {
    requireWithin(range.position(), range.length());
    if (range.length() > MAX_DIRECTORY_BYTES) {
      throw new IllegalArgumentException(
          "expected a zip directory of at most %d bytes, found %d"
              .formatted(MAX_DIRECTORY_BYTES, range.length()));
    }
    return range;
  }

  private void readEntries(ByteBuffer directory) {
    while (directory.hasRemaining()) {
      int at = directory.position();
      if (directory.remaining() < ENTRY_LENGTH || directory.getInt(at) != ENTRY_SIGNATURE) {
        throw malformed(at);
      }
      int nameLength = unsignedShort(directory, at + 28);
      int extraLength = unsignedShort(directory, at + 30);
      int length = ENTRY_LENGTH + nameLength + extraLength + unsignedShort(directory, at + 32);
      if (length > directory.remaining()) {
        throw malformed(at);
      }
      byte[] name = new byte[nameLength];
      directory.get(at + ENTRY_LENGTH, name);
      ByteBuffer extra =
          directory
              .slice(at + ENTRY_LENGTH + nameLength, extraLength)
              .order(ByteOrder.LITTLE_ENDIAN);
      add(new String(name, StandardCharsets.UTF_8), entry(directory, at, extra));
      directory.position(at + length);
    }
  }

  private static IllegalArgumentException malformed(int at) {
    return new IllegalArgumentException(
        "expected a zip directory of whole entries, found something else at its byte " + at);
  }

  private void add(String name, Entry entry) {
    if (entries.putIfAbsent(name, entry) != null) {
      throw new IllegalArgumentException("expected one zip entry '" + name + "', found two");
    }
  }

  private static Entry entry(ByteBuffer directory, int at, ByteBuffer extra) {
    long stored = unsignedInt(directory, at + 20);
    long size = unsignedInt(directory, at + 24);
    long localHeader = unsignedInt(directory, at + 42);
    ByteBuffer zip64 = zip64Field(extra);
    // The field has the values that do not fit, in this order.
    size = size == IN_ZIP64 ? next(zip64) : size;
    stored = stored == IN_ZIP64 ? next(zip64) : stored;
    localHeader = localHeader == IN_ZIP64 ? next(zip64) : localHeader;
    int method = unsignedShort(directory, at + 10);
    if (method == 0 && stored != size) {
      throw new IllegalArgumentException(
          "zip entry of %d bytes: expected as many stored, found %d".formatted(size, stored));
    }
    return new Entry(localHeader, size, method);
  }

  private static ByteBuffer zip64Field(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
      if (id == ZIP64_FIELD) {
        return extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private static long next(ByteBuffer zip64) {
    if (zip64.remaining() < Long.BYTES) {
      throw new IllegalArgumentException(
          "expected the zip64 sizes of a zip entry, found %d bytes".formatted(zip64.remaining()));
    }
    return zip64.getLong();
  }

  private void requireWithin(long position, long length) {
    if (position < 0 || length < 0 || position > fileSize || length > fileSize - position) {
      throw new IllegalArgumentException(
          "expected %d bytes at %d, found a file of %d bytes"
              .formatted(length, position, fileSize));
    }
  }

  private static int unsignedShort(ByteBuffer bytes, int at) {
    return Short.toUnsignedInt(bytes.getShort(at));
  }

  private static long unsignedInt(ByteBuffer bytes, int at) {
    return Integer.toUnsignedLong(bytes.getInt(at));
  }
}
