package io.github.close4j.examples.backbone;

import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import java.nio.file.Path;
import java.util.Arrays;

/** Files of backbones whose weights follow from their place, as {@code backbone_golden.py}'s. */
public final class BackboneFiles {
  private BackboneFiles() {}

  /** Writes the weights of EfficientNet-Lite{@code size} with the names that PyTorch's have. */
  public static Path write(int size, Path folder) {
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    for (EfficientNetLite.Convolution c : EfficientNetLite.ofSize(size).convolutions()) {
      long[] shape = c.weightShape();
      double inputs = (double) shape[1] * shape[2] * shape[3];
      add(writer, c.name() + ".weight", 0, 2 / Math.sqrt(inputs), shape);
      add(writer, c.normalization() + ".weight", 1, 0.2, c.out());
      add(writer, c.normalization() + ".bias", 0.1, 0.2, c.out());
      add(writer, c.normalization() + ".running_mean", 0, 0.1, c.out());
      add(writer, c.normalization() + ".running_var", 1, 0.5, c.out());
    }
    Path file = folder.resolve("lite" + size + ".safetensors");
    writer.write(file);
    return file;
  }

  private static void add(
      Safetensors.Writer writer, String name, double centre, double spread, long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) (centre + spread * Math.sin(0.1 + 1.3 * k));
    }
    writer.add(name, values, shape);
  }

  /** [1,3,edge,edge]. */
  public static float[] picture(int edge) {
    float[] pixels = new float[3 * edge * edge];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = (float) (0.8 * Math.sin(0.01 * k));
    }
    return pixels;
  }
}
