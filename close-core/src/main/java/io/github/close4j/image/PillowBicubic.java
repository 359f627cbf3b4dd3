package io.github.close4j.image;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Pillow's bicubic resampling of 8-bit RGB, to the bit, computing only a window of the result, from
 * the rows of a stored picture as they come: of the picture itself nothing is kept.
 *
 * <p>Output pixel {@code i} of an axis is the sum of the input pixels around {@code (i + 0.5) ·
 * scale} under a Keys kernel with a = -0.5, which is stretched by {@code scale} when the picture
 * shrinks (antialiasing). Weights are rounded to 22 bits after the point; a horizontal pass is
 * rounded and clipped to 0 to 255 before the vertical pass reads it. Every output pixel depends on
 * its own weights alone, so leaving out the pixels outside the window changes nothing.
 *
 * <p>Source: Pillow, {@code src/libImaging/Resample.c}.
 */
abstract class PillowBicubic implements RowSink {
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

  final Axis horizontal;
  final Axis vertical;
  // What the vertical pass reads, [rows, columns of the window, 3].
  final byte[][] lines;

  private PillowBicubic(Axis horizontal, Axis vertical) {
    this.horizontal = horizontal;
    this.vertical = vertical;
    lines = new byte[vertical.end() - vertical.first()][];
  }

  /**
   * A resampling that keeps a square window of the result and waits for rows.
   *
   * @param width width of the stored picture
   * @param height height of the stored picture
   * @param orientation how the stored picture is turned before it is resized
   * @param newWidth width of the whole result; a long because a strip one pixel high grows past int
   * @param newHeight height of the whole result
   * @param left first column of the window
   * @param top first row of the window
   * @param size edge of the window, which lies inside the result
   */
  static PillowBicubic of(
      int width,
      int height,
      ImageOrientation orientation,
      long newWidth,
      long newHeight,
      long left,
      long top,
      int size) {
    Axis horizontal = axis(orientation.uprightWidth(width, height), newWidth, left, size);
    Axis vertical = axis(orientation.uprightHeight(width, height), newHeight, top, size);
    return orientation.swapsAxes()
        ? new OfColumns(width, height, orientation, horizontal, vertical)
        : new OfRows(width, height, orientation, horizontal, vertical);
  }

  /** The window, {@code [size, size, 3]}, after the last row. */
  final byte[] result() {
    complete();
    return verticalPass(lines, vertical);
  }

  /** Fills what is missing in the lines. */
  abstract void complete();

  /** Stored rows are rows: each is resized as it comes. */
  private static final class OfRows extends PillowBicubic {
    private final int height;
    private final boolean mirrorsColumns;
    private final boolean mirrorsRows;
    private final byte[] line;
    private final int start;

    OfRows(int width, int height, ImageOrientation orientation, Axis horizontal, Axis vertical) {
      super(horizontal, vertical);
      this.height = height;
      mirrorsColumns = orientation.mirrorsColumns();
      mirrorsRows = orientation.mirrorsRows();
      line = new byte[3 * (horizontal.end() - horizontal.first())];
      start = 3 * (mirrorsColumns ? width - horizontal.end() : horizontal.first());
    }

    private int lineOf(int y) {
      return (mirrorsRows ? height - 1 - y : y) - vertical.first();
    }

    @Override
    public boolean needs(int y) {
      int i = lineOf(y);
      return i >= 0 && i < lines.length;
    }

    @Override
    public void accept(int y, byte[] rgb) {
      if (needs(y)) {
        if (mirrorsColumns) {
          mirror(rgb);
        } else {
          System.arraycopy(rgb, start, line, 0, line.length);
        }
        lines[lineOf(y)] = horizontalLine(line, horizontal);
      }
    }

    private void mirror(byte[] rgb) {
      for (int i = 0, p = start + line.length - 3; i < line.length; i += 3, p -= 3) {
        line[i] = rgb[p];
        line[i + 1] = rgb[p + 1];
        line[i + 2] = rgb[p + 2];
      }
    }

    @Override
    void complete() {}
  }

  /**
   * Stored rows are columns: each adds to the few columns of the window that it is part of, which
   * are rounded when they have all theirs.
   */
  private static final class OfColumns extends PillowBicubic {
    private final int width;
    private final int height;
    private final boolean mirrorsColumns;
    private final boolean mirrorsRows;
    private final int[] @Nullable [] sums;
    private final int[] added;
    private final byte[][] columns;

    OfColumns(int width, int height, ImageOrientation orientation, Axis horizontal, Axis vertical) {
      super(horizontal, vertical);
      this.width = width;
      this.height = height;
      mirrorsColumns = orientation.mirrorsColumns();
      mirrorsRows = orientation.mirrorsRows();
      int outputs = horizontal.inputStart.length;
      sums = new int[outputs][];
      added = new int[outputs];
      columns = new byte[outputs][];
    }

    private int columnOf(int y) {
      return mirrorsColumns ? height - 1 - y : y;
    }

    @Override
    public boolean needs(int y) {
      int x = columnOf(y);
      return x >= horizontal.first() && x < horizontal.end();
    }

    @Override
    public void accept(int y, byte[] rgb) {
      int x = columnOf(y);
      for (int i = 0; i < columns.length; i++) {
        int k = x - horizontal.inputStart[i];
        int[] weights = horizontal.weights[i];
        if (k >= 0 && k < weights.length) {
          add(i, rgb, weights[k], weights.length);
        }
      }
    }

    private void add(int column, byte[] rgb, int weight, int inputs) {
      int[] sum = sums[column];
      if (sum == null) {
        sum = new int[rgb.length];
        Arrays.fill(sum, HALF);
        sums[column] = sum;
      }
      addWeighted(rgb, weight, sum);
      if (++added[column] == inputs) {
        byte[] rounded = new byte[sum.length];
        for (int j = 0; j < sum.length; j++) {
          rounded[j] = clip(sum[j]);
        }
        columns[column] = rounded;
        sums[column] = null;
      }
    }

    @Override
    void complete() {
      for (int y = 0; y < lines.length; y++) {
        int row = vertical.first() + y;
        int p = 3 * (mirrorsRows ? width - 1 - row : row);
        lines[y] = new byte[3 * columns.length];
        for (int i = 0; i < columns.length; i++) {
          System.arraycopy(columns[i], p, lines[y], 3 * i, 3);
        }
      }
    }
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
