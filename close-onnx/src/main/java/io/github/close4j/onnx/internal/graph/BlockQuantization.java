package io.github.close4j.onnx.internal.graph;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * A matrix in eight bits: each row cut into blocks of 64 elements that share a scale, so that
 * {@code element = scale · (code − 128)}.
 *
 * <p>ONNX Runtime's {@code MatMulNBits} reads it and quantises the other factor row by row and
 * block by block. {@code DynamicQuantizeMatMul} would take one scale for all rows of a batch, and a
 * caption would depend on the pictures beside it.
 *
 * @param codes [rows,blocks,64]
 * @param scales [rows·blocks]
 */
record BlockQuantization(Weight codes, Weight scales) {
  // Larger blocks are faster and round more coarsely, to the largest of more elements.
  static final int BLOCK = 64;
  static final int BITS = 8;

  private static final int ZERO = 128;
  private static final int LARGEST = 127;

  /** Codes [rows,blocks,64] and scales [rows·blocks] of a matrix [rows,columns]. */
  static BlockQuantization of(Weight matrix) {
    int rows = (int) matrix.shape()[0];
    int columns = (int) matrix.shape()[1];
    int blocks = blocks(columns);
    ByteBuffer codes = ByteBuffer.allocateDirect(Math.multiplyExact(rows * blocks, BLOCK));
    FloatBuffer scales = WeightBank.allocate(rows * blocks);
    float[] row = new float[blocks * BLOCK]; // what is beyond the columns stays 0
    for (int r = 0; r < rows; r++) {
      matrix.values().get(r * columns, row, 0, columns);
      for (int block = 0; block < blocks; block++) {
        float scale = scale(row, block);
        scales.put(scale);
        for (int i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
          codes.put((byte) (ZERO + (scale == 0 ? 0 : Math.round(row[i] / scale))));
        }
      }
    }
    return new BlockQuantization(
        new Weight(codes.rewind(), new long[] {rows, blocks, BLOCK}),
        new Weight(scales.rewind(), new long[] {(long) rows * blocks}));
  }

  private static int blocks(int columns) {
    return (columns + BLOCK - 1) / BLOCK;
  }

  /** The largest magnitude of the block has the largest code. */
  private static float scale(float[] row, int block) {
    float largest = 0;
    for (int i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
      largest = Math.max(largest, Math.abs(row[i]));
    }
    return largest / LARGEST;
  }
}
