package io.github.close4j.image;

import io.github.close4j.internal.io.Interruption;
import java.util.concurrent.Semaphore;

/**
 * Memory that pictures under way may take together, shared by all threads: a picture that needs
 * much waits until others are done, and one that would never fit is refused.
 *
 * <p>Half of the largest heap is for decoding, a quarter for encoded files; the rest is the
 * application's. Who waits for the first may hold some of the second, never the other way round, so
 * that no two pictures wait for each other.
 */
final class DecodingMemory {
  static final DecodingMemory DECODING = new DecodingMemory("decoding", heapBytes() / 2);
  static final DecodingMemory ENCODED = new DecodingMemory("encoded pictures", heapBytes() / 4);

  private static final int UNIT_BYTES = 1 << 14;
  private static final long MEGABYTE = 1 << 20;

  private final String purpose;
  private final int units;
  private final Semaphore free;

  /** A part of the memory that is given back when it is closed. */
  final class Part implements AutoCloseable {
    private int held;

    private Part(int units) {
      held = units;
    }

    /** Holds more, at once or not at all: who holds some must not wait for more. */
    boolean grow(long bytes) {
      int wanted = units(bytes);
      boolean got = free.tryAcquire(wanted);
      held += got ? wanted : 0;
      return got;
    }

    @Override
    public void close() {
      free.release(held);
      held = 0;
    }
  }

  DecodingMemory(String purpose, long bytes) {
    this.purpose = purpose;
    this.units = units(bytes);
    this.free = new Semaphore(units, true);
  }

  static long heapBytes() {
    return Runtime.getRuntime().maxMemory();
  }

  private static int units(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, (bytes + UNIT_BYTES - 1) / UNIT_BYTES);
  }

  /**
   * Waits until so much is free, and holds it.
   *
   * @throws ImageDecodingException if there is never so much
   * @throws java.util.concurrent.CancellationException if the thread is interrupted meanwhile, and
   *     stays so
   */
  Part hold(long bytes, String name, String picture) {
    int wanted = units(bytes);
    if (wanted > units) {
      throw new ImageDecodingException(name, tooLarge(bytes, picture));
    }
    try {
      free.acquire(wanted);
    } catch (InterruptedException e) {
      throw Interruption.cancelled(e);
    }
    return new Part(wanted);
  }

  /** Holds nothing as yet. */
  Part empty() {
    return new Part(0);
  }

  /** What is said where the heap is full before the picture is known. */
  static String full() {
    return "expected a picture that fits into memory, found that the heap of %d MB is full"
        .formatted(heapBytes() / MEGABYTE);
  }

  /** What is said of a picture that does not fit. */
  String tooLarge(long bytes, String picture) {
    return "expected a picture that fits into memory, found %s that needs about %d MB; the heap has"
            .formatted(picture, Math.max(1, bytes / MEGABYTE))
        + " %d MB, of which %s may take %d (java -Xmx sets the heap)"
            .formatted(heapBytes() / MEGABYTE, purpose, (long) units * UNIT_BYTES / MEGABYTE);
  }
}
