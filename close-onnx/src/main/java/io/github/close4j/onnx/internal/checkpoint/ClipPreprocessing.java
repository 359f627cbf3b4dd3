package io.github.close4j.onnx.internal.checkpoint;

import static io.github.close4j.onnx.internal.checkpoint.HuggingFaceDirectory.require;

import io.github.close4j.internal.io.Json;
import io.github.close4j.onnx.internal.model.ClipConfig;
import java.util.List;

/**
 * The settings of transformers' {@code CLIPImageProcessor} in all forms that it has written:
 * resized bicubically by the shorter edge, cropped in the middle to a square of the same edge,
 * scaled to 0..1, normalised. Anything else is refused.
 */
final class ClipPreprocessing {
  private static final String TYPE = "image_processor_type";
  private static final String OLDER_TYPE = "feature_extractor_type";
  private static final List<String> CLASSES =
      List.of(
          "CLIPImageProcessor",
          "CLIPImageProcessorFast",
          "CLIPImageProcessorPil",
          "CLIPFeatureExtractor");

  private static final int BICUBIC = 3;
  private static final int DEFAULT_SIZE = 224;
  private static final double RESCALE = 1 / 255.0;

  private ClipPreprocessing() {}

  static ClipConfig.Preprocessing read(Json settings) {
    // The class has one of its names under either key; the newer key comes first.
    settings.oneOf(settings.has(TYPE) ? TYPE : OLDER_TYPE, CLASSES);
    for (String step : List.of("do_resize", "do_center_crop", "do_rescale", "do_normalize")) {
      require(settings, step, true);
    }
    require(settings, "do_pad", false);
    require(settings, "use_square_size", false);
    // Without conversion transformers takes pictures that are RGB already; so is every one here.
    settings.flag("do_convert_rgb", true);
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

  /** A number, or an object of it. */
  private static int shorterEdge(Json settings) {
    if (!settings.isObject("size")) {
      return settings.integer("size", DEFAULT_SIZE);
    }
    Json size = settings.object("size");
    if (size.has("height") || size.has("width")) {
      throw settings.wrong("size", "the shorter edge, as height and width squash a picture");
    }
    if (size.has("longest_edge")) {
      throw size.wrong("longest_edge", "none");
    }
    return size.integer("shortest_edge");
  }

  /** A number, a list of height and width, or an object of them. */
  private static int cropSize(Json settings) {
    if (settings.isList("crop_size")) {
      double[] edges = settings.numbers("crop_size");
      if (edges.length != 2 || edges[0] != edges[1] || edges[0] != (int) edges[0]) {
        throw settings.wrong("crop_size", "the edge of a square, twice");
      }
      return (int) edges[0];
    }
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
