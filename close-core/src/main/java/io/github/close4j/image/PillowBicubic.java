package io.github.close4j.image;

import java.util.Arrays;

/**
 * Pillow's bicubic resampling of 8-bit RGB, to the bit, computing only a window of the result.
 *
 * <p>Output pixel {@code i} of an axis is the sum of the input pixels around {@code (i + 0.5) ·
 * scale} under a Keys kernel with a = -0.5, which is stretched by {@code scale} when the picture
 * shrinks (antialiasing). Weights are rounded to 22 bits after the point; a horizontal pass is
 * rounded and clipped to 0 to 255 before the vertical pass reads it. Every output pixel depends on
 * its own weights alone, so leaving out the pixels outside the window changes nothing.
 *
 * <p>Source: Pillow, {@code src/libImaging/Resample.c}.
 */
final class PillowBicubic {
  private static final double A = -0.5;
  private static final double KERNEL_RADIUS = 2.0;
  private static final int FRACTION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  /**
   * One axis of the window: which input pixels make which output pixel.
   *
   * @param inputStart first input pixel of each output pixel of the window
   * @param weights weights of each output pixel, in units of 2^-22
   */
  private record Axis(int[] inputStart, int[][] weights) {

    int first() {
      return inputStart[0];
    }

    int end() {
      int last = inputStart.length - 1;
      return inputStart[last] + weights[last].length;
    }
  }

  private PillowBicubic() {}

  /**
   * Resizes one axis at a time and keeps a square window.
   *
   * @param rows the picture
   * @param width its width
   * @param height its height
   * @param newWidth width of the whole result; a long because a strip one pixel high grows past int
   * @param newHeight height of the whole result
   * @param left first column of the window
   * @param top first row of the window
   * @param size edge of the window, which lies inside the result
   * @return the window, {@code [size, size, 3]}
   */
  static byte[] resize(
      RgbRows rows,
      int width,
      int height,
      long newWidth,
      long newHeight,
      long left,
      long top,
      int size) {
    Axis horizontal = axis(width, newWidth, left, size);
    Axis vertical = axis(height, newHeight, top, size);
    return verticalPass(horizontalPass(rows, horizontal, vertical), vertical);
  }

  private static Axis axis(int inputSize, long outputSize, long firstOutput, int outputs) {
    double scale = (double) inputSize / outputSize;
    double stretch = Math.max(scale, 1.0);
    double radius = KERNEL_RADIUS * stretch;
    int[] inputStart = new int[outputs];
    int[][] weights = new int[outputs][];
    for (int i = 0; i < outputs; i++) {
      double center = (firstOutput + i + 0.5) * scale;
      int start = Math.max((int) (center - radius + 0.5), 0);
      int end = Math.min((int) (center + radius + 0.5), inputSize);
      inputStart[i] = start;
      weights[i] = weights(start, end - start, center, 1.0 / stretch);
    }
    return new Axis(inputStart, weights);
  }

  private static int[] weights(int start, int count, double center, double inverseStretch) {
    double[] exact = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      exact[i] = kernel((i + start - center + 0.5) * inverseStretch);
      sum += exact[i];
    }
    int[] rounded = new int[count];
    for (int i = 0; i < count; i++) {
      double weight = sum == 0 ? exact[i] : exact[i] / sum;
      rounded[i] = (int) (Math.copySign(0.5, weight) + weight * (1 << FRACTION_BITS));
    }
    return rounded;
  }

  private static double kernel(double distance) {
    double x = Math.abs(distance);
    if (x < 1.0) {
      return ((A + 2.0) * x - (A + 3.0)) * x * x + 1;
    }
    return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * A : 0.0;
  }

  /** Returns {@code [rows that the vertical pass reads, columns of the window, 3]}. */
  private static byte[][] horizontalPass(RgbRows rows, Axis horizontal, Axis vertical) {
    int x0 = horizontal.first();
    int width = horizontal.end() - x0;
    byte[] line = new byte[3 * width];
    byte[][] result = new byte[vertical.end() - vertical.first()][];
    for (int y = 0; y < result.length; y++) {
      rows.read(x0, vertical.first() + y, width, line);
      result[y] = horizontalLine(line, horizontal);
    }
    return result;
  }

  private static byte[] horizontalLine(byte[] line, Axis axis) {
    int outputs = axis.inputStart.length;
    byte[] result = new byte[3 * outputs];
    for (int i = 0; i < outputs; i++) {
      int[] weights = axis.weights[i];
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      int p = 3 * (axis.inputStart[i] - axis.first());
      for (int weight : weights) {
        red += (line[p] & 0xff) * weight;
        green += (line[p + 1] & 0xff) * weight;
        blue += (line[p + 2] & 0xff) * weight;
        p += 3;
      }
      result[3 * i] = clip(red);
      result[3 * i + 1] = clip(green);
      result[3 * i + 2] = clip(blue);
    }
    return result;
  }

  private static byte[] verticalPass(byte[][] lines, Axis axis) {
    int outputs = axis.inputStart.length;
    int lineLength = lines[0].length;
    byte[] result = new byte[outputs * lineLength];
    int[] sums = new int[lineLength];
    for (int i = 0; i < outputs; i++) {
      Arrays.fill(sums, HALF);
      int[] weights = axis.weights[i];
      for (int k = 0; k < weights.length; k++) {
        addWeighted(lines[axis.inputStart[i] - axis.first() + k], weights[k], sums);
      }
      for (int j = 0; j < lineLength; j++) {
        result[i * lineLength + j] = clip(sums[j]);
      }
    }
    return result;
  }

  private static void addWeighted(byte[] line, int weight, int[] sums) {
    for (int j = 0; j < sums.length; j++) {
      sums[j] += (line[j] & 0xff) * weight;
    }
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }
}
