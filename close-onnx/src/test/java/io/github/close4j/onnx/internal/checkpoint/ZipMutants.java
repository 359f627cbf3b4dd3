package io.github.close4j.onnx.internal.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Seeded zip files whose directory is not valid, each made of a sound one by one change to a field.
 * The sound one has neither a comment nor zip64 fields.
 */
final class ZipMutants {
  /** How many kinds of change there are. */
  static final int KINDS = 12;

  private static final int END_LENGTH = 22;
  private static final int ENTRY_SIGNATURE = 0x02014b50;

  private final SplittableRandom random;
  private final byte[] sound;

  ZipMutants(byte[] sound, long seed) {
    this.sound = sound;
    this.random = new SplittableRandom(seed);
  }

  /** The next mutant of a kind, from 0 to {@link #KINDS}. */
  SafetensorsMutants.Mutant next(int kind) {
    int end = sound.length - END_LENGTH;
    int size = buffer(sound).getInt(end + 12);
    int start = buffer(sound).getInt(end + 16);
    int entry = entry(start);
    int stored = buffer(sound).getInt(entry + 24);
    int localHeader = buffer(sound).getInt(entry + 42);
    return switch (kind) {
      case 0 -> changed("end signature", end, otherInt(buffer(sound).getInt(end)));
      case 1 -> changed("directory size", end + 12, size + random.nextInt(1, 1 << 20));
      case 2 -> changed("directory size", end + 12, size - random.nextInt(1, 46));
      case 3 -> changed("directory start", end + 16, start + random.nextInt(1, 1 << 20));
      case 4 -> changed("directory start", end + 16, -random.nextInt(1, 1 << 20));
      case 5 -> changedShort("comment length", end + 20);
      case 6 -> changed("entry signature", entry, otherInt(ENTRY_SIGNATURE));
      case 7 -> changedShort("compression method", entry + 10);
      case 8 -> changed("size", entry + 24, stored + random.nextInt(1, 1 << 20));
      case 9 -> beyond(entry);
      case 10 -> changed("local header", entry + 42, otherInt(localHeader));
      default -> appended();
    };
  }

  /** The position of some entry of the directory. */
  private int entry(int start) {
    int entry = start;
    for (int skip = random.nextInt(7); skip > 0; skip--) {
      ByteBuffer bytes = buffer(sound);
      entry += 46 + bytes.getShort(entry + 28) + bytes.getShort(entry + 30);
    }
    return entry;
  }

  private int otherInt(int value) {
    int other = random.nextInt();
    return other == value ? ~value : other;
  }

  private SafetensorsMutants.Mutant changedShort(String what, int at) {
    byte[] bytes = sound.clone();
    buffer(bytes).putShort(at, (short) random.nextInt(1, 1 << 16));
    return mutant(what, bytes);
  }

  /** Both sizes, which would otherwise contradict one another. */
  private SafetensorsMutants.Mutant beyond(int entry) {
    byte[] bytes = sound.clone();
    int size = sound.length + random.nextInt(1, 1 << 30);
    buffer(bytes).putInt(entry + 20, size).putInt(entry + 24, size);
    return mutant("size of " + size, bytes);
  }

  private SafetensorsMutants.Mutant appended() {
    return mutant("appended", Arrays.copyOf(sound, sound.length + random.nextInt(1, 1000)));
  }

  private SafetensorsMutants.Mutant changed(String what, int at, int value) {
    byte[] bytes = sound.clone();
    buffer(bytes).putInt(at, value);
    return mutant(what + " at " + at + ": " + value, bytes);
  }

  private static SafetensorsMutants.Mutant mutant(String what, byte[] bytes) {
    return new SafetensorsMutants.Mutant(what, bytes, List.of());
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
