package io.github.close4j.examples.clip;

import io.github.close4j.examples.backbone.EfficientNetLite;

/**
 * Dimensions of the small CLIP of photographs.
 *
 * <p>Its image tower is an EfficientNet-Lite whose last feature map is averaged, standardised and
 * mapped twice, by a linear map and by a network of one hidden layer, whose results are added. Its
 * text tower is a pre-norm transformer without a mask of the future, read as the mean of its
 * tokens.
 *
 * @param backbone the image network
 * @param imageSize edge of pictures, in pixels, a multiple of {@link EfficientNetLite#REDUCTION}
 * @param vocabularySize number of token ids
 */
record PhotographClipShape(EfficientNetLite backbone, int imageSize, int vocabularySize) {
  /** Length of an embedding. */
  static final int DIMENSION = 256;

  /** Inner width of the image tower's hidden layer. */
  static final int IMAGE_HIDDEN = 512;

  /** Longest text in tokens, the end token included. */
  static final int CONTEXT_LENGTH = 32;

  static final int TEXT_WIDTH = 192;
  static final int TEXT_LAYERS = 3;
  static final int TEXT_HEADS = 4;

  /** Prefixes and names of weights, which the network and the graphs share. */
  static final String BACKBONE = "vision.backbone.";

  static final String FEATURE_MEAN = "vision.features.mean";
  static final String FEATURE_STD_DEV = "vision.features.std_dev";
  static final String LINEAR = "vision.linear.weight";
  static final String HIDDEN_WEIGHT = "vision.hidden.weight";
  static final String HIDDEN_BIAS = "vision.hidden.bias";
  static final String OUT = "vision.out.weight";
  static final String TOKENS = "text.tokens.weight";
  static final String POSITIONS = "text.positions.weight";
  static final String LAYER = "text.layers.";
  static final String FINAL_NORM = "text.final_norm";
  static final String TEXT_OUT = "text.out.weight";
}
