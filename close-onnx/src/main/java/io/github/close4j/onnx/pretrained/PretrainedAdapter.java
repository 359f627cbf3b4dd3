package io.github.close4j.onnx.pretrained;

import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.onnx.internal.hub.AdapterFetch;
import java.util.function.Function;

/**
 * The modality adapters that CLOSE's authors fitted to vectors of CLIP ViT-L/14 and published: from
 * pairs of Conceptual Captions (CC3M), and from COCO's pictures outside training, validation and
 * test.
 *
 * <pre>{@code
 * ModalityAdapter linear = PretrainedAdapter.COCO_LINEAR.fetch(ModelHub.fromEnvironment());
 * AdapterFile.save(linear.then(new GaussianNoise(0.04)), Path.of("linear.safetensors"));
 * }</pre>
 *
 * <p>None of them holds isotropic noise, which the reference always has behind a linear map or a
 * mean shift: {@code adapter.then(new GaussianNoise(σ))}.
 *
 * <p>Source: {@code download_adapters} in {@code close/download.py} of the reference.
 */
public enum PretrainedAdapter {
  /** A linear map from texts to pictures, back on the unit sphere. */
  CC3M_LINEAR("cc3m-linear-v1", AdapterFetch::linear),

  /** A shift by the mean difference, once, not back on the unit sphere. */
  CC3M_MEAN_SHIFT("cc3m-mean-diff", AdapterFetch::meanShift),

  /**
   * The mean difference and noise of the differences' covariance, both once and in evaluation the
   * mean alone, as in the reference's first release; see {@link
   * io.github.close4j.adapter.CovarianceNoise} for its later form.
   */
  CC3M_COVARIANCE("cc3m-cov-diff", AdapterFetch::covarianceNoise),

  /** As {@link #CC3M_LINEAR}, from COCO. */
  COCO_LINEAR("kp-restval-linear-v1", AdapterFetch::linear),

  /** As {@link #CC3M_MEAN_SHIFT}, from COCO. */
  COCO_MEAN_SHIFT("kp-restval-mean-diff", AdapterFetch::meanShift),

  /** As {@link #CC3M_COVARIANCE}, from COCO. */
  COCO_COVARIANCE("kp-restval-cov-diff", AdapterFetch::covarianceNoise);

  private final String title;
  private final Function<AdapterFetch, ModalityAdapter> form;

  PretrainedAdapter(String title, Function<AdapterFetch, ModalityAdapter> form) {
    this.title = title;
    this.form = form;
  }

  /**
   * Fetches the adapter, some MB, unless it is in the cache. The file is a Python pickle; it is
   * read without executing anything in it, and refused if it holds anything but NumPy arrays of
   * floats.
   *
   * @param hub where it comes from and where it is kept
   * @return a {@link io.github.close4j.adapter.LinearAdapter}, {@link
   *     io.github.close4j.adapter.MeanShift} or {@link io.github.close4j.adapter.CovarianceNoise}
   * @throws java.io.UncheckedIOException if a file cannot be fetched, is not what was announced or
   *     changed on its server
   * @throws io.github.close4j.UnusableFileException if a file is missing offline, changed in the
   *     cache, or is not sound
   */
  public ModalityAdapter fetch(ModelHub hub) {
    return form.apply(new AdapterFetch(hub.options(), title));
  }

  /** The authors' name, such as {@code cc3m-linear-v1}. */
  @Override
  public String toString() {
    return title;
  }
}
