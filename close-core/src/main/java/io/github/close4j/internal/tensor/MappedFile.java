package io.github.close4j.internal.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/** Read-only maps of parts of a file; a file of up to 2 GiB is mapped once. */
public final class MappedFile {
  private final Path file;
  private final FileRegion.Stamp stamp;
  private final FileChannel channel;
  private final ByteBuffer whole;

  /** Maps of a file that stays open while they are made. */
  public MappedFile(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.stamp = FileRegion.Stamp.of(file);
    this.channel = channel;
    long size = channel.size();
    this.whole =
        size <= Integer.MAX_VALUE
            ? channel.map(MapMode.READ_ONLY, 0, size)
            : ByteBuffer.allocateDirect(0);
  }

  /** Where a part of the file begins. */
  public FileRegion region(long position) {
    return new FileRegion(file, position, stamp);
  }

  /** A part of the file, which must lie within it. */
  public ByteBuffer map(long position, long length) throws IOException {
    if (position + length <= whole.capacity()) {
      return whole.slice((int) position, (int) length);
    }
    return channel.map(MapMode.READ_ONLY, position, length);
  }
}
