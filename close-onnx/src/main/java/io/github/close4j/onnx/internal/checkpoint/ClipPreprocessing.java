package io.github.close4j.onnx.internal.checkpoint;

import static io.github.close4j.onnx.internal.checkpoint.HuggingFaceDirectory.require;

import io.github.close4j.internal.io.Json;
import io.github.close4j.onnx.internal.model.ClipConfig;
import java.util.List;

/**
 * {@code preprocessor_config.json}: resized bicubically by the shorter edge, cropped in the middle
 * to a square of the same edge, scaled to 0..1, normalised. Anything else is refused.
 */
final class ClipPreprocessing {
  private static final int BICUBIC = 3;
  private static final int DEFAULT_SIZE = 224;
  private static final double RESCALE = 1 / 255.0;

  private ClipPreprocessing() {}

  static ClipConfig.Preprocessing read(Json settings) {
    settings.oneOf("image_processor_type", List.of("CLIPImageProcessor", "CLIPImageProcessorFast"));
    settings.oneOf("feature_extractor_type", List.of("CLIPFeatureExtractor"));
    for (String step :
        List.of("do_resize", "do_center_crop", "do_rescale", "do_normalize", "do_convert_rgb")) {
      require(settings, step, true);
    }
    require(settings, "do_pad", false);
    require(settings, "resample", BICUBIC);
    double rescale = settings.number("rescale_factor", RESCALE);
    if (Math.abs(rescale - RESCALE) > 1e-9) {
      throw settings.wrong("rescale_factor", "1/255");
    }
    int crop = cropSize(settings);
    int edge = shorterEdge(settings);
    if (edge != crop) {
      throw settings.wrong("size", "crop_size's " + crop);
    }
    ClipConfig.Preprocessing defaults = ClipConfig.Preprocessing.clipDefaults(DEFAULT_SIZE);
    float[] mean =
        colours(
            settings,
            "image_mean",
            new float[] {defaults.meanRed(), defaults.meanGreen(), defaults.meanBlue()});
    float[] std =
        colours(
            settings,
            "image_std",
            new float[] {defaults.stdRed(), defaults.stdGreen(), defaults.stdBlue()});
    return settings.make(
        () ->
            new ClipConfig.Preprocessing(crop, mean[0], mean[1], mean[2], std[0], std[1], std[2]));
  }

  /** Three numbers, one a colour. */
  private static float[] colours(Json settings, String name, float[] missing) {
    if (!settings.has(name)) {
      return missing;
    }
    double[] found = settings.numbers(name);
    if (found.length != 3) {
      throw settings.wrong(name, "three numbers");
    }
    return new float[] {(float) found[0], (float) found[1], (float) found[2]};
  }

  private static int shorterEdge(Json settings) {
    return settings.isObject("size")
        ? settings.object("size").integer("shortest_edge")
        : settings.integer("size", DEFAULT_SIZE);
  }

  private static int cropSize(Json settings) {
    if (!settings.isObject("crop_size")) {
      return settings.integer("crop_size", DEFAULT_SIZE);
    }
    Json crop = settings.object("crop_size");
    int height = crop.integer("height");
    if (crop.integer("width") != height) {
      throw crop.wrong("width", "the height's " + height);
    }
    return height;
  }
}
