package io.github.close4j.internal.tensor;

import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Where a tensor's bytes lie in a file, for those who would rather read it again than keep pages of
 * its map in memory.
 */
public final class FileRegion {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path file;
  private final long offset;
  private final Stamp stamp;

  /** Tells whether a path still leads to the file that it led to, not written to since. */
  record Stamp(@Nullable Object key, long size, FileTime modified) {

    static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    }

    boolean fits(Path file) {
      try {
        return equals(of(file));
      } catch (IOException e) {
        return false;
      }
    }
  }

  FileRegion(Path file, long offset, Stamp stamp) {
    this.file = file;
    this.offset = offset;
    this.stamp = stamp;
  }

  /**
   * The file.
   *
   * @return its path
   */
  public Path file() {
    return file;
  }

  /**
   * The place of the tensor's first byte.
   *
   * @return bytes from the file's beginning
   */
  public long offset() {
    return offset;
  }

  /**
   * Whether the path still leads to the file that was opened: a model directory may be replaced or
   * deleted while it is in use, and its map outlives it.
   *
   * @return false if the file is gone, another one or written to
   */
  public boolean isCurrent() {
    return stamp.fits(file);
  }

  /**
   * Reads little-endian 32-bit floats, past the file's map.
   *
   * @param count how many
   * @return the floats; the caller's own
   * @throws UnusableFileException if the file cannot be read or is too short
   */
  public float[] readFloats(int count) {
    float[] values = new float[count];
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (int done = 0; done < count; done += chunk.limit() / Float.BYTES) {
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, (long) Float.BYTES * (count - done)));
        fill(channel, chunk, offset + (long) Float.BYTES * done);
        chunk.asFloatBuffer().get(values, done, chunk.limit() / Float.BYTES);
      }
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + e.getMessage(), e);
    }
    return values;
  }

  private static void fill(FileChannel channel, ByteBuffer chunk, long position)
      throws IOException {
    while (chunk.hasRemaining()) {
      if (channel.read(chunk, position + chunk.position()) < 0) {
        throw new IOException("the file became shorter after it was opened");
      }
    }
    chunk.rewind();
  }
}
