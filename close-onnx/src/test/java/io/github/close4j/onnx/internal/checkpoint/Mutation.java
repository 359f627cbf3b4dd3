package io.github.close4j.onnx.internal.checkpoint;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Seeded damage to the first bytes of a file. */
public final class Mutation {
  private static final byte[] TELLING =
      "0123456789{}[]\",:.-eE\\ \n(tcuRQ\0\u007f"
          .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

  private final SplittableRandom random;

  /** Damages drawn from a seed. */
  public Mutation(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A damaged copy: one to four changes within {@code [from, to)}, sometimes cut short. */
  public byte[] apply(byte[] original, int from, int to) {
    byte[] damaged = original.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      damaged = change(damaged, from, Math.min(to, damaged.length));
    }
    return damaged;
  }

  private byte[] change(byte[] bytes, int from, int to) {
    if (from >= to) {
      return bytes;
    }
    int at = random.nextInt(from, to);
    switch (random.nextInt(7)) {
      case 0 -> bytes[at] = (byte) random.nextInt(256);
      case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> bytes[at] = TELLING[random.nextInt(TELLING.length)];
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 4 -> {
        return splice(bytes, at, at, new byte[] {TELLING[random.nextInt(TELLING.length)]});
      }
      case 5 -> {
        return splice(bytes, at, Math.min(to, at + 1 + random.nextInt(16)), new byte[0]);
      }
      default -> {
        int other = random.nextInt(from, to);
        int length = Math.min(random.nextInt(1, 24), to - Math.max(at, other));
        System.arraycopy(bytes.clone(), other, bytes, at, length);
      }
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] insert) {
    byte[] spliced = new byte[bytes.length - (to - from) + insert.length];
    System.arraycopy(bytes, 0, spliced, 0, from);
    System.arraycopy(insert, 0, spliced, from, insert.length);
    System.arraycopy(bytes, to, spliced, from + insert.length, bytes.length - to);
    return spliced;
  }
}
