package io.github.close4j.onnx.internal.model;

import io.github.close4j.adapter.CovarianceNoise;
import io.github.close4j.onnx.TinyModel;
import java.nio.file.Path;

/** A calibration of the tiny model: of numbers that nothing was fitted to. */
public final class TinyCalibration {
  /** Between what the tiny model's captions have, so that some are unsure. */
  public static final Calibration.Numbers NUMBERS =
      new Calibration.Numbers(0.7, 0.3, 1.5, 1.5, 0.4);

  private TinyCalibration() {}

  /** A gap with correlations between all components. */
  public static CovarianceNoise gap(int dimension) {
    float[] mean = new float[dimension];
    float[] factor = new float[dimension * dimension];
    for (int row = 0; row < dimension; row++) {
      mean[row] = (float) (0.02 * Math.sin(row));
      for (int column = 0; column < row; column++) {
        factor[row * dimension + column] = (float) (0.02 * Math.cos(3 * row + column));
      }
      factor[row * dimension + row] = (float) (0.15 + 0.05 * Math.sin(5 * row));
    }
    return new CovarianceNoise(mean, factor);
  }

  public static Calibration calibration(int dimension) {
    return new Calibration(new Calibration.Gap(gap(dimension)), NUMBERS);
  }

  /** Calibrates a model of the tiny CLIP. */
  public static Path calibrate(Path directory) {
    ModelFolder.open(directory).calibrated(calibration(TinyModel.CLIP_DIM), "made up");
    return directory;
  }
}
