package io.github.close4j.image;

import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.Interruption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An encoded picture in memory, read no further than an application allows.
 *
 * @param bytes the picture
 * @param memory what it holds of the memory for encoded pictures
 */
record EncodedBytes(byte[] bytes, DecodingMemory.Part memory) implements AutoCloseable {
  private static final int FIRST_BYTES = 1 << 16;
  private static final int LONGEST_PIECE = 1 << 20;
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  static EncodedBytes of(byte[] encoded, String name, ImageLimits limits) {
    if (encoded.length > limits.maxEncodedBytes()) {
      throw tooLong(name, limits, encoded.length + " bytes");
    }
    return new EncodedBytes(encoded, DecodingMemory.ENCODED.empty());
  }

  /** Reads a file, whose length is known before. */
  static EncodedBytes of(Path file, ImageLimits limits) {
    String name = file.toString();
    try {
      if (Files.isDirectory(file)) {
        throw expectedPicture(name, "a directory", null);
      }
      long size = Files.size(file);
      if (size > limits.maxEncodedBytes()) {
        throw tooLong(name, limits, size + " bytes");
      }
      // A pipe has no size.
      int first = size > 0 ? (int) Math.min(size, LONGEST_ARRAY) : firstBytes(limits);
      DecodingMemory.Part memory =
          DecodingMemory.ENCODED.hold(first, name, "a file of %d bytes".formatted(size));
      try (InputStream in = Files.newInputStream(file)) {
        return new EncodedBytes(read(in, first, name, limits, memory), memory);
      } catch (IOException | RuntimeException | Error e) {
        memory.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw expectedPicture(name, "no such file", e);
    } catch (AccessDeniedException e) {
      throw expectedPicture(name, "a file that may not be read: permission denied", e);
    } catch (IOException e) {
      Interruption.requireNot(e);
      throw expectedPicture(name, "a file that fails to read: " + FileFailure.reason(e), e);
    }
  }

  /** Reads the rest of a stream, which is not closed. */
  static EncodedBytes of(InputStream encoded, String name, ImageLimits limits) {
    int first = firstBytes(limits);
    DecodingMemory.Part memory = DecodingMemory.ENCODED.hold(first, name, found(first));
    try {
      return new EncodedBytes(read(encoded, first, name, limits, memory), memory);
    } catch (IOException e) {
      memory.close();
      Interruption.requireNot(e);
      throw expectedPicture(name, "a stream that fails to read: " + FileFailure.reason(e), e);
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  private static int firstBytes(ImageLimits limits) {
    return (int) Math.min(FIRST_BYTES, limits.maxEncodedBytes());
  }

  /** Reads to the end, in pieces; the first of them, whose memory is held, is of {@code first}. */
  private static byte[] read(
      InputStream in, int first, String name, ImageLimits limits, DecodingMemory.Part memory)
      throws IOException {
    long most = Math.min(limits.maxEncodedBytes(), LONGEST_ARRAY);
    List<byte[]> pieces = new ArrayList<>();
    byte[] piece = array(first, name);
    int filled = fill(in, piece, 0);
    long length = filled;
    while (filled == piece.length) {
      pieces.add(piece);
      int next = in.read();
      if (next < 0) {
        return joined(pieces, (int) length, name, memory);
      }
      if (length == most) {
        throw tooLong(name, limits, "more");
      }
      long size = Math.min(most - length, Math.max(FIRST_BYTES, Math.min(length, LONGEST_PIECE)));
      memory.grow(size, name, found(length + size));
      piece = array((int) size, name);
      piece[0] = (byte) next;
      filled = fill(in, piece, 1);
      length += filled;
    }
    pieces.add(piece);
    return joined(pieces, (int) length, name, memory);
  }

  /**
   * An array whose memory is held already. G1 cannot collect while native decoders of other threads
   * hold arrays, and may take a heap for full that is not: then it waits until nobody decodes. Who
   * decodes never waits for encoded bytes, so that this comes to an end.
   */
  @SuppressWarnings("try") // nobody decodes within it
  private static byte[] array(int length, String name) {
    try {
      return new byte[length];
    } catch (OutOfMemoryError e) {
      try (DecodingMemory.Part all = DecodingMemory.DECODING.holdAll(name, found(length))) {
        return new byte[length];
      }
    }
  }

  private static String found(long length) {
    return "one of %d bytes or more".formatted(length);
  }

  /** One array of all; what is held is its length from then on. */
  private static byte[] joined(
      List<byte[]> pieces, int length, String name, DecodingMemory.Part memory) {
    if (pieces.size() == 1 && pieces.get(0).length == length) {
      return pieces.get(0);
    }
    memory.grow(length, name, found(length));
    byte[] all = array(length, name);
    int at = 0;
    long held = 0;
    for (byte[] piece : pieces) {
      int count = Math.min(piece.length, length - at);
      System.arraycopy(piece, 0, all, at, count);
      at += count;
      held += piece.length;
    }
    memory.shrink(held);
    return all;
  }

  /**
   * Reads until the array is full or the end is reached, a little at a time: a file's stream keeps
   * a buffer beside the heap, for each thread, as large as the largest that it was asked for.
   *
   * @return how much of the array is filled
   */
  private static int fill(InputStream in, byte[] bytes, int from) throws IOException {
    int length = from;
    while (length < bytes.length) {
      Interruption.requireNone();
      int wanted = Math.min(FIRST_BYTES, bytes.length - length);
      int count = in.readNBytes(bytes, length, wanted);
      length += count;
      if (count < wanted) {
        return length;
      }
    }
    return length;
  }

  private static ImageDecodingException tooLong(String name, ImageLimits limits, String found) {
    return new ImageDecodingException(
        name,
        "expected an encoded picture of at most %d bytes, found %s"
            .formatted(limits.maxEncodedBytes(), found));
  }

  static ImageDecodingException expectedPicture(
      String name, String found, @Nullable Throwable cause) {
    return new ImageDecodingException(
        name, "expected %s, found %s".formatted(ImageFormat.READABLE, found), cause);
  }

  @Override
  public void close() {
    memory.close();
  }
}
