package io.github.close4j.internal.tensor;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** Read-only maps of parts of a file; a file of up to 2 GiB is mapped once. */
public final class MappedFile {
  private final Path file;
  private final Stamp stamp;
  private final FileChannel channel;
  private final ByteBuffer whole;

  /** Maps of a file that stays open while they are made. */
  public MappedFile(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.stamp = Stamp.of(file);
    this.channel = channel;
    long size = channel.size();
    this.whole =
        size <= Integer.MAX_VALUE
            ? channel.map(MapMode.READ_ONLY, 0, size)
            : ByteBuffer.allocateDirect(0);
  }

  /** A part of the file, which must lie within it. */
  public ByteBuffer map(long position, long length) throws IOException {
    if (position + length <= whole.capacity()) {
      return whole.slice((int) position, (int) length);
    }
    return channel.map(MapMode.READ_ONLY, position, length);
  }

  /** Where a part of the file begins. */
  public Region region(long position) {
    return new Region(file, position, stamp);
  }

  /** Tells whether a path still leads to the file that it led to, not written to since. */
  private record Stamp(@Nullable Object key, long size, FileTime modified) {

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

  /**
   * Where a tensor's bytes lie in a file, for those who would rather read it again than keep pages
   * of its map in memory.
   */
  public static final class Region {
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path file;
    private final long offset;
    private final Stamp stamp;

    private Region(Path file, long offset, Stamp stamp) {
      this.file = file;
      this.offset = offset;
      this.stamp = stamp;
    }

    /** The file. */
    public Path file() {
      return file;
    }

    /** The place of the tensor's first byte, counted from the file's beginning. */
    public long offset() {
      return offset;
    }

    /**
     * Whether the path still leads to the file that was opened: a model directory may be replaced
     * or deleted while it is in use, and its map outlives it.
     */
    public boolean isCurrent() {
      return stamp.fits(file);
    }

    /**
     * Reads little-endian 32-bit floats, past the file's map.
     *
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
        throw new UnusableFileException(file, "cannot be read: " + FileFailure.reason(e), e);
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
}
