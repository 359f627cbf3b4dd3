package io.github.close4j.image;

import io.github.close4j.internal.io.Interruption;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Memory that pictures under way may take together, shared by all threads: a picture that needs
 * much waits until others are done, and one that would never fit is refused.
 *
 * <p>Half of the largest heap is for decoding, a quarter for encoded files; the rest is the
 * application's. Who waits for the first may hold some of the second, never the other way round, so
 * that no two pictures wait for each other. A stream's length is not known before its end, so who
 * reads one waits for more while holding some; when all that is held is held by such, one of them
 * is refused.
 */
final class DecodingMemory {
  static final DecodingMemory DECODING = new DecodingMemory("decoding", heapBytes() / 2);
  static final DecodingMemory ENCODED = new DecodingMemory("encoded pictures", heapBytes() / 4);

  private static final long MEGABYTE = 1 << 20;

  private final String purpose;
  private final long allBytes;
  private long freeBytes;

  /** What is held by those who wait for more. */
  private long heldByWaiting;

  /** Those who hold nothing yet, in the order in which they came. */
  private final Deque<Part> queue = new ArrayDeque<>();

  /** A part of the memory that is given back when it is closed. */
  final class Part implements AutoCloseable {
    private long held;

    private Part() {}

    /**
     * Waits until so much more is free, and holds it.
     *
     * @param picture what the picture is, as far as that is known
     * @throws ImageDecodingException if there is never so much, or if all is held by others who
     *     wait for more; nothing is held any more then
     * @throws java.util.concurrent.CancellationException if the thread is interrupted meanwhile
     */
    void grow(long bytes, String name, String picture) {
      DecodingMemory.this.grow(this, bytes, name, picture);
    }

    /** Gives back some of it. */
    void shrink(long bytes) {
      giveBack(this, bytes);
    }

    @Override
    public void close() {
      giveBack(this, held);
    }
  }

  DecodingMemory(String purpose, long bytes) {
    this.purpose = purpose;
    this.allBytes = bytes;
    this.freeBytes = bytes;
  }

  static long heapBytes() {
    return Runtime.getRuntime().maxMemory();
  }

  /** Holds nothing as yet. */
  Part empty() {
    return new Part();
  }

  /**
   * Waits until so much is free, and holds it.
   *
   * @throws ImageDecodingException if there is never so much
   * @throws java.util.concurrent.CancellationException if the thread is interrupted meanwhile, and
   *     stays so
   */
  synchronized Part hold(long bytes, String name, String picture) {
    requireEver(bytes, name, picture);
    Part part = new Part();
    queue.add(part);
    try {
      while (queue.peek() != part || freeBytes < bytes) {
        await();
      }
    } finally {
      queue.remove(part);
      notifyAll();
    }
    take(part, bytes);
    return part;
  }

  /**
   * Waits until nobody else holds any, and holds all.
   *
   * @throws java.util.concurrent.CancellationException as {@link #hold}
   */
  Part holdAll(String name, String picture) {
    return hold(allBytes, name, picture);
  }

  /** Whether not all is held. */
  synchronized boolean hasFree() {
    return freeBytes > 0;
  }

  private synchronized void grow(Part part, long bytes, String name, String picture) {
    requireEver(part.held + bytes, name, picture);
    heldByWaiting += part.held;
    // Those who wait already may wait for this one.
    notifyAll();
    try {
      while (freeBytes < bytes) {
        long toCome = allBytes - freeBytes - heldByWaiting;
        if (freeBytes + toCome < bytes) {
          throw new ImageDecodingException(name, taken(part.held + bytes, picture));
        }
        await();
      }
    } catch (RuntimeException e) {
      heldByWaiting -= part.held;
      giveBack(part, part.held);
      throw e;
    }
    heldByWaiting -= part.held;
    take(part, bytes);
  }

  @SuppressWarnings("WaitNotInLoop") // The callers have the loops.
  private void await() {
    try {
      wait();
    } catch (InterruptedException e) {
      throw Interruption.cancelled(e);
    }
  }

  private void take(Part part, long bytes) {
    freeBytes -= bytes;
    part.held += bytes;
  }

  private synchronized void giveBack(Part part, long bytes) {
    freeBytes += bytes;
    part.held -= bytes;
    notifyAll();
  }

  private void requireEver(long bytes, String name, String picture) {
    if (bytes > allBytes) {
      throw new ImageDecodingException(name, tooLarge(bytes, picture));
    }
  }

  /** What is said where the heap is full before the picture is known. */
  static String full() {
    return "expected a picture that fits into memory, found that the heap of %d MB is full"
        .formatted(heapBytes() / MEGABYTE);
  }

  /** What is said of a picture that does not fit. */
  String tooLarge(long bytes, String picture) {
    return needs(bytes, picture)
        + "; the heap has %d MB, of which %s may take %d (java -Xmx sets the heap)"
            .formatted(heapBytes() / MEGABYTE, purpose, allBytes / MEGABYTE);
  }

  /** What is said of a picture that would fit another time. */
  private String taken(long bytes, String picture) {
    return needs(bytes, picture)
        + "; other pictures under way hold the %d MB that %s may take: try again, or give the heap more (java -Xmx)"
            .formatted(allBytes / MEGABYTE, purpose);
  }

  private static String needs(long bytes, String picture) {
    return "expected a picture that fits into memory, found %s that needs about %d MB"
        .formatted(picture, Math.max(1, bytes / MEGABYTE));
  }
}
