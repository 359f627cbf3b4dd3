package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.onnx.internal.model.ImagePreprocessing;
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

  static ImagePreprocessing read(Settings settings) {
    settings.oneOf("image_processor_type", List.of("CLIPImageProcessor", "CLIPImageProcessorFast"));
    settings.oneOf("feature_extractor_type", List.of("CLIPFeatureExtractor"));
    for (String step :
        List.of("do_resize", "do_center_crop", "do_rescale", "do_normalize", "do_convert_rgb")) {
      settings.require(step, true);
    }
    settings.require("do_pad", false);
    settings.require("resample", BICUBIC);
    double rescale = settings.number("rescale_factor", RESCALE);
    if (Math.abs(rescale - RESCALE) > 1e-9) {
      throw settings.wrong("rescale_factor", "1/255", rescale);
    }
    int crop = cropSize(settings);
    int edge = shorterEdge(settings);
    if (edge != crop) {
      throw settings.wrong("size", "crop_size's " + crop, edge);
    }
    ImagePreprocessing defaults = ImagePreprocessing.clipDefaults(DEFAULT_SIZE);
    float[] mean =
        settings.threeNumbers(
            "image_mean",
            new float[] {defaults.meanRed(), defaults.meanGreen(), defaults.meanBlue()});
    float[] std =
        settings.threeNumbers(
            "image_std", new float[] {defaults.stdRed(), defaults.stdGreen(), defaults.stdBlue()});
    return HuggingFaceDirectory.configure(
        settings,
        () -> new ImagePreprocessing(crop, mean[0], mean[1], mean[2], std[0], std[1], std[2]));
  }

  private static int shorterEdge(Settings settings) {
    return settings.isSection("size")
        ? settings.section("size").integer("shortest_edge")
        : settings.integer("size", DEFAULT_SIZE);
  }

  private static int cropSize(Settings settings) {
    if (!settings.isSection("crop_size")) {
      return settings.integer("crop_size", DEFAULT_SIZE);
    }
    Settings crop = settings.section("crop_size");
    int height = crop.integer("height");
    if (crop.integer("width") != height) {
      throw crop.wrong("width", "the height's " + height, crop.integer("width"));
    }
    return height;
  }
}
