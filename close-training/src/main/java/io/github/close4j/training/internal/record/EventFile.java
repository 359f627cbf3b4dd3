package io.github.close4j.training.internal.record;

import io.github.close4j.internal.io.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.zip.CRC32C;

/**
 * A file of events that TensorBoard shows while it grows. Every event is written at once, so a
 * killed run loses none, and TensorBoard passes over one that was cut off.
 *
 * <p>A record is its length (8 bytes), the masked CRC-32C of those bytes, an {@code Event} message
 * and the masked CRC-32C of it, all little-endian (TensorFlow's {@code record_writer.h}).
 *
 * <p>Not thread-safe.
 */
public final class EventFile implements AutoCloseable {
  private static final int LENGTH_BYTES = 8;
  private static final int CHECKSUM_BYTES = 4;
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int MASK_ROTATION = 15;
  private static final double MILLIS = 1e3;

  private final Path file;
  private final FileChannel channel;
  private final InstantSource clock;

  private EventFile(Path file, FileChannel channel, InstantSource clock) {
    this.file = file;
    this.channel = channel;
    this.clock = clock;
  }

  /**
   * Makes a new file in a directory; files of earlier starts of the same run stay beside it.
   *
   * @throws UncheckedIOException if it cannot be made
   */
  public static EventFile create(Path directory, long resumedAt) {
    return create(directory, resumedAt, InstantSource.system());
  }

  public static EventFile create(Path directory, long resumedAt, InstantSource clock) {
    Path file = null;
    try {
      Files.createDirectories(directory);
      file = unused(directory, clock.millis());
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      EventFile events = new EventFile(file, channel, clock);
      events.append(EventMessages.fileVersion(events.wallTime()));
      if (resumedAt > 0) {
        events.append(EventMessages.sessionStart(events.wallTime(), resumedAt + 1));
      }
      return events;
    } catch (IOException e) {
      throw new UncheckedIOException(
          (file == null ? directory : file) + ": cannot be written: " + FileFailure.reason(e), e);
    }
  }

  /** TensorBoard reads files in the order of their names, so a later one needs a later name. */
  private static Path unused(Path directory, long millis) {
    for (int number = 0; ; number++) {
      Path file = directory.resolve("events.out.tfevents.%d.%d.close4j".formatted(millis, number));
      if (!Files.exists(file)) {
        return file;
      }
    }
  }

  /**
   * Adds a point of a curve.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void scalar(String tag, long step, double value) {
    write(EventMessages.scalar(wallTime(), step, tag, (float) value));
  }

  /**
   * Adds a text.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void text(String tag, long step, String markdown) {
    write(EventMessages.text(wallTime(), step, tag, markdown));
  }

  private double wallTime() {
    return clock.millis() / MILLIS;
  }

  private void write(byte[] event) {
    try {
      append(event);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + FileFailure.reason(e), e);
    }
  }

  private void append(byte[] event) throws IOException {
    ByteBuffer record =
        ByteBuffer.allocate(LENGTH_BYTES + CHECKSUM_BYTES + event.length + CHECKSUM_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(event.length);
    record
        .putInt(maskedChecksum(record.array(), LENGTH_BYTES))
        .put(event)
        .putInt(maskedChecksum(event, event.length))
        .flip();
    while (record.hasRemaining()) {
      channel.write(record);
    }
  }

  private static int maskedChecksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return Integer.rotateRight((int) checksum.getValue(), MASK_ROTATION) + MASK_DELTA;
  }

  /**
   * Closes the file. Closing again does nothing.
   *
   * @throws UncheckedIOException if the system cannot
   */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be closed: " + FileFailure.reason(e), e);
    }
  }
}
