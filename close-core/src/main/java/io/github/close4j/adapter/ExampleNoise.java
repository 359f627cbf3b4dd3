package io.github.close4j.adapter;

import io.github.close4j.internal.kernels.RowKernels;
import java.util.Arrays;
import java.util.Objects;

/**
 * The standard normal draws of a batch's examples, fixed by (seed, epoch, example, stage,
 * component) and by nothing else.
 *
 * <p>The same five numbers give the same bits whatever the batch's size or order, the thread or the
 * machine, so a run can be cut, resumed and repeated exactly. Normal draws come from the
 * counter-based Threefry4x32 with 13 rounds and Box–Muller in float arithmetic, whose steps every
 * machine rounds alike: a draw differs from an exact one by less than 1e-5, and its size is at most
 * 6.7.
 *
 * <p>The key is the first 64 bits of {@code philox4x32-10((epoch low, epoch high, 0, 1), seed)};
 * stage {@code i} of a stream with a key has as its own key those of {@code philox((i, 0, 0, 2),
 * key)}, and the {@code i}-th adapter of another kind than this library's in a sequence those of
 * {@code philox((i, 0, 0, 4), key)}.
 *
 * <p>Immutable and thread-safe.
 *
 * <p>Differs from the reference, which draws from PyTorch's global generator: there the draw of an
 * example depends on everything drawn before it.
 */
public final class ExampleNoise {
  // The last counter word keeps uniform draws and the three ways to a key apart.
  private static final int EPOCH_KEY = 1;
  private static final int STAGE_KEY = 2;
  private static final int UNIFORM_DRAW = 3;
  private static final int OTHER_ADAPTER_KEY = 4;

  // Philox4x32-10. The key's increments are the golden ratio and the square root of three less one.
  private static final int BLOCK = 4;
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int INCREMENT_0 = 0x9E3779B9;
  private static final int INCREMENT_1 = 0xBB67AE85;
  private static final long LOW_WORD = 0xFFFFFFFFL;

  private static final RowKernels KERNELS = RowKernels.active();

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

  /**
   * The stream of a sequence's {@code index}-th adapter of another kind; no stage is equal to it.
   */
  ExampleNoise ofOtherAdapter(int index) {
    return new ExampleNoise(derive(index, 0, OTHER_ADAPTER_KEY, key), exampleIds);
  }

  private static long derive(int low, int high, int purpose, long key) {
    int[] words = new int[BLOCK];
    philox(low, high, 0, purpose, key, words);
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
    Objects.checkFromIndexSize(offset, length, out.length);
    Arrays.fill(out, offset, offset + length, 0);
    addGaussian(row, 1, 1, out, offset, length);
  }

  /** Adds {@code stdDev} times what {@link #gaussian} writes to rows that follow each other. */
  void addGaussian(int first, int rows, float stdDev, float[] values, int offset, int dimension) {
    Objects.checkFromIndexSize(first, rows, exampleIds.length);
    Objects.checkFromIndexSize(offset, rows * dimension, values.length);
    KERNELS.addNoise(key, exampleIds, first, rows, stdDev, values, offset, dimension);
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
        philox((int) example, (int) (example >>> 32), block, UNIFORM_DRAW, key, words);
      }
      out[offset + i] = (2 * (words[i % BLOCK] >>> 9) + 1) * 0x1p-23f - 1;
    }
  }

  /**
   * Philox4x32-10, a counter-based random function: 128 bits of counter and 64 bits of key, whose
   * low word is first, give the 128 random bits {@code words[0..3]}, without any state.
   *
   * <p>Source: Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC
   * 2011.
   */
  static void philox(int c0, int c1, int c2, int c3, long key, int[] words) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & LOW_WORD);
      long product1 = MULTIPLIER_1 * (c2 & LOW_WORD);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += INCREMENT_0;
      k1 += INCREMENT_1;
    }
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
  }
}
