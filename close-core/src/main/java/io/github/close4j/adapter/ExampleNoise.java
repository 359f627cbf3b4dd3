package io.github.close4j.adapter;

import java.util.Objects;

/**
 * The standard normal draws of a batch's examples, fixed by (seed, epoch, example, stage,
 * component) and by nothing else.
 *
 * <p>The same five numbers give the same bits whatever the batch's size or order, the thread or the
 * machine, so a run can be cut, resumed and repeated exactly. Draws come from the counter-based
 * Philox4x32-10 and Box–Muller with {@link StrictMath} in double precision, rounded to float:
 * component {@code 4b + j} is number {@code j} of
 *
 * <pre>
 *   w = philox(counter = (example low, example high, b, 0), key)
 *   r cos(t), r sin(t)  with  r = sqrt(-2 ln((w0 + 1/2) / 2^32)),  t = 2 pi w1 / 2^32
 *   r cos(t), r sin(t)  from w2 and w3 likewise
 * </pre>
 *
 * <p>A draw is finite: its size is at most 6.8. The key is the first 64 bits of {@code
 * philox((epoch low, epoch high, 0, 1), seed)}; stage {@code i} of a stream with a key has as its
 * own key those of {@code philox((i, 0, 0, 2), key)}.
 *
 * <p>Immutable and thread-safe.
 *
 * <p>Differs from the reference, which draws from PyTorch's global generator: there the draw of an
 * example depends on everything drawn before it.
 */
public final class ExampleNoise {
  // The last counter word keeps draws and the two ways to a key apart.
  private static final int DRAW = 0;
  private static final int EPOCH_KEY = 1;
  private static final int STAGE_KEY = 2;
  private static final int UNIFORM_DRAW = 3;

  private static final int BLOCK = 4;
  private static final double TWO_TO_MINUS_32 = 0x1p-32;
  private static final double RADIANS_PER_UNIT = 2 * Math.PI * TWO_TO_MINUS_32;

  private final long key;
  private final long[] exampleIds;

  private ExampleNoise(long key, long[] exampleIds) {
    this.key = key;
    this.exampleIds = exampleIds;
  }

  /**
   * Returns the draws of a batch in one epoch.
   *
   * @param seed the training run's seed, any value
   * @param epoch the epoch, any value
   * @param exampleIds {@code [rows]}; row {@code i} of the batch is example {@code exampleIds[i]},
   *     any values; copied
   * @return the draws of those examples
   */
  public static ExampleNoise of(long seed, long epoch, long[] exampleIds) {
    long key = derive((int) epoch, (int) (epoch >>> 32), EPOCH_KEY, seed);
    return new ExampleNoise(key, exampleIds.clone());
  }

  /**
   * Returns an independent stream for the same examples, so that several random steps in a row do
   * not share their draws. Stages of stages are independent too.
   *
   * @param index the number of the stage, at least 0
   * @return the stream of that stage
   * @throws IllegalArgumentException if {@code index} is negative
   */
  public ExampleNoise stage(int index) {
    if (index < 0) {
      throw new IllegalArgumentException("stage: expected at least 0, found " + index);
    }
    return new ExampleNoise(derive(index, 0, STAGE_KEY, key), exampleIds);
  }

  private static long derive(int low, int high, int purpose, long key) {
    int[] words = new int[BLOCK];
    Philox4x32.block(low, high, 0, purpose, key, words);
    return (words[0] & 0xFFFFFFFFL) | ((long) words[1] << 32);
  }

  /**
   * Returns the number of rows.
   *
   * @return the number of examples, at least 0
   */
  public int rows() {
    return exampleIds.length;
  }

  /**
   * Writes the draws of components 0 to {@code length - 1} of one row's example. A longer draw
   * starts with the shorter one.
   *
   * @param row the row, from 0
   * @param out receives {@code length} standard normal numbers
   * @param offset where the first goes in {@code out}
   * @param length the number of components
   * @throws IndexOutOfBoundsException if {@code row} is outside the batch, or the range outside
   *     {@code out}
   */
  public void gaussian(int row, float[] out, int offset, int length) {
    long example = exampleIds[Objects.checkIndex(row, exampleIds.length)];
    Objects.checkFromIndexSize(offset, length, out.length);
    int[] words = new int[BLOCK];
    float[] normals = new float[BLOCK];
    for (int start = 0; start < length; start += BLOCK) {
      Philox4x32.block((int) example, (int) (example >>> 32), start / BLOCK, DRAW, key, words);
      boxMuller(words, normals, 0);
      boxMuller(words, normals, 2);
      System.arraycopy(normals, 0, out, offset + start, Math.min(BLOCK, length - start));
    }
  }

  /**
   * Writes uniform draws of components 0 to {@code length - 1} of one row's example, independent of
   * {@link #gaussian}'s: number {@code j} of {@code philox((example low, example high, b, 3), key)}
   * as {@code (2·(w >>> 9) + 1) / 2^23 − 1}.
   *
   * @param row the row, from 0
   * @param out receives {@code length} numbers above −1 and below 1, symmetric about 0
   * @param offset where the first goes in {@code out}
   * @param length the number of components
   * @throws IndexOutOfBoundsException if {@code row} is outside the batch, or the range outside
   *     {@code out}
   */
  public void uniform(int row, float[] out, int offset, int length) {
    long example = exampleIds[Objects.checkIndex(row, exampleIds.length)];
    Objects.checkFromIndexSize(offset, length, out.length);
    int[] words = new int[BLOCK];
    for (int i = 0; i < length; i++) {
      if (i % BLOCK == 0) {
        int block = i / BLOCK;
        Philox4x32.block((int) example, (int) (example >>> 32), block, UNIFORM_DRAW, key, words);
      }
      out[offset + i] = (2 * (words[i % BLOCK] >>> 9) + 1) * 0x1p-23f - 1;
    }
  }

  private static void boxMuller(int[] words, float[] normals, int first) {
    double uniform = (Integer.toUnsignedLong(words[first]) + 0.5) * TWO_TO_MINUS_32;
    double radius = StrictMath.sqrt(-2 * StrictMath.log(uniform));
    double angle = Integer.toUnsignedLong(words[first + 1]) * RADIANS_PER_UNIT;
    normals[first] = (float) (radius * StrictMath.cos(angle));
    normals[first + 1] = (float) (radius * StrictMath.sin(angle));
  }
}
