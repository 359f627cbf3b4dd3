package io.github.close4j.onnx.internal.graph;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * A matrix in eight bits: each row cut into blocks of 32 elements that share a scale, so that
 * {@code element = scale · (code − 128)}.
 *
 * <p>ONNX Runtime's {@code MatMulNBits} reads it and quantises the other factor row by row and
 * block by block. {@code DynamicQuantizeMatMul} would take one scale for all rows of a batch, and a
 * caption would depend on the pictures beside it.
 */
final class BlockQuantization {
  static final int BLOCK = 32;
  static final int BITS = 8;

  private static final int ZERO = 128;
  private static final int LARGEST = 127;

  private BlockQuantization() {}

  /** Codes [rows,blocks,32] of a matrix [rows,columns]; what is beyond the columns is 0. */
  static Weight codes(Weight matrix) {
    int rows = (int) matrix.shape()[0];
    int columns = (int) matrix.shape()[1];
    int blocks = blocks(columns);
    ByteBuffer codes = ByteBuffer.allocateDirect(Math.multiplyExact(rows * blocks, BLOCK));
    FloatBuffer values = matrix.values();
    for (int row = 0; row < rows; row++) {
      for (int block = 0; block < blocks; block++) {
        float scale = scale(values, row, columns, block);
        for (int column = block * BLOCK; column < (block + 1) * BLOCK; column++) {
          boolean isZero = column >= columns || scale == 0;
          int code = isZero ? 0 : Math.round(values.get(row * columns + column) / scale);
          codes.put((byte) (ZERO + code));
        }
      }
    }
    return new Weight(codes.rewind(), new long[] {rows, blocks, BLOCK});
  }

  /** Scales [rows·blocks]. */
  static Weight scales(Weight matrix) {
    int rows = (int) matrix.shape()[0];
    int columns = (int) matrix.shape()[1];
    int blocks = blocks(columns);
    FloatBuffer scales = WeightBank.allocate(rows * blocks);
    for (int row = 0; row < rows; row++) {
      for (int block = 0; block < blocks; block++) {
        scales.put(scale(matrix.values(), row, columns, block));
      }
    }
    return new Weight(scales.rewind(), new long[] {(long) rows * blocks});
  }

  private static int blocks(int columns) {
    return (columns + BLOCK - 1) / BLOCK;
  }

  /** The largest magnitude of the block has the largest code. */
  private static float scale(FloatBuffer values, int row, int columns, int block) {
    float largest = 0;
    int end = Math.min((block + 1) * BLOCK, columns);
    for (int column = block * BLOCK; column < end; column++) {
      largest = Math.max(largest, Math.abs(values.get(row * columns + column)));
    }
    return largest / LARGEST;
  }
}
