package io.github.close4j.examples.run;

import io.github.close4j.adapter.AdapterFile;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.ModalityAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The modality adapter of a run: Gaussian noise, or a fitted adapter with Gaussian noise after it.
 *
 * @param file a file of {@link AdapterFile}, or null
 * @param noiseStdDev standard deviation of the noise on each component of the unit vector, 0 or
 *     more; it comes on top of any noise that the file's adapter has
 */
public record AdapterChoice(@Nullable InputFile file, double noiseStdDev) {

  /**
   * Checks the noise.
   *
   * @param file see the record
   * @param noiseStdDev see the record
   * @throws IllegalArgumentException if the noise is negative or no number
   */
  public AdapterChoice {
    if (!(noiseStdDev >= 0) || Double.isInfinite(noiseStdDev)) {
      throw new IllegalArgumentException("noiseStdDev: expected 0 or more, found " + noiseStdDev);
    }
  }

  ModalityAdapter open() {
    GaussianNoise noise = new GaussianNoise(noiseStdDev);
    if (file == null) {
      return noise;
    }
    return AdapterFile.load(file.path()).then(noise);
  }
}
