package io.github.close4j.examples.clip;

import static io.github.close4j.training.internal.torch.Tensors.optional;

import io.github.close4j.examples.backbone.BackboneNetwork;
import io.github.close4j.examples.backbone.EfficientNetLite;
import io.github.close4j.examples.clip.TransformerLayer.LayerNorm;
import io.github.close4j.examples.text.BytePairVocabulary;
import io.github.close4j.training.internal.torch.Parameters;
import io.github.close4j.training.internal.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Both towers of the small CLIP of photographs on libtorch; see {@link PhotographClipShape}. */
final class PhotographNetwork {
  private static final double EMBEDDING_STD_DEV = 0.02;
  private static final double MASKED = -1e4;
  private static final double SMALLEST_STD_DEV = 1e-3;

  private final BackboneNetwork backbone;
  private final Tensor featureMean;
  private final Tensor featureStdDev;
  private final Tensor linear;
  private final Tensor hiddenWeight;
  private final Tensor hiddenBias;
  private final Tensor out;
  private final Tensor tokens;
  private final Tensor positions;
  private final List<TransformerLayer> layers = new ArrayList<>();
  private final LayerNorm finalNorm;
  private final Tensor textOut;

  PhotographNetwork(PhotographClipShape shape, Parameters parameters) {
    int features = EfficientNetLite.FEATURES;
    int dimension = PhotographClipShape.DIMENSION;
    int hidden = PhotographClipShape.IMAGE_HIDDEN;
    double ofFeatures = Math.pow(features, -0.5);
    backbone = new BackboneNetwork(shape.backbone(), parameters, PhotographClipShape.BACKBONE);
    featureMean = parameters.declare(PhotographClipShape.FEATURE_MEAN, 0, 0, features);
    featureStdDev = parameters.declare(PhotographClipShape.FEATURE_STD_DEV, 1, 0, features);
    linear = parameters.declare(PhotographClipShape.LINEAR, 0, ofFeatures, dimension, features);
    hiddenWeight =
        parameters.declare(PhotographClipShape.HIDDEN_WEIGHT, 0, ofFeatures, hidden, features);
    hiddenBias = parameters.declare(PhotographClipShape.HIDDEN_BIAS, 0, 0, hidden);
    out = parameters.declare(PhotographClipShape.OUT, 0, Math.pow(hidden, -0.5), dimension, hidden);

    int width = PhotographClipShape.TEXT_WIDTH;
    int depth = PhotographClipShape.TEXT_LAYERS;
    tokens =
        parameters.declare(
            PhotographClipShape.TOKENS, 0, EMBEDDING_STD_DEV, shape.vocabularySize(), width);
    positions =
        parameters.declare(
            PhotographClipShape.POSITIONS,
            0,
            EMBEDDING_STD_DEV,
            PhotographClipShape.CONTEXT_LENGTH,
            width);
    for (int i = 0; i < depth; i++) {
      layers.add(
          new TransformerLayer(
              parameters,
              PhotographClipShape.LAYER + i,
              width,
              PhotographClipShape.TEXT_HEADS,
              4 * width,
              depth));
    }
    finalNorm = new LayerNorm(parameters, PhotographClipShape.FINAL_NORM, width);
    textOut =
        parameters.declare(
            PhotographClipShape.TEXT_OUT, 0, Math.pow(width, -0.5), dimension, width);
  }

  BackboneNetwork backbone() {
    return backbone;
  }

  /**
   * Maps of the backbone's first convolutions -> the mean of the last feature map [B,1280].
   *
   * @param maps as {@link BackboneNetwork#first} makes them
   * @param frozen how many convolutions these were
   */
  Tensor pooled(Tensor maps, int frozen) {
    return backbone.rest(maps, frozen).to(ScalarType.Float).mean(2, 3);
  }

  /**
   * Averaged features [B,1280] -> image features [B,dimension], not normalised.
   *
   * @param kept [B,1280], what each standardised feature is multiplied with: 1, or dropout's mask
   */
  Tensor image(Tensor pooled, Tensor kept) {
    Tensor x = pooled.sub(featureMean).div(featureStdDev).mul(kept);
    Tensor hidden = torch.gelu(torch.linear(x, hiddenWeight, optional(hiddenBias)));
    return torch.linear(x, linear).add(torch.linear(hidden, out));
  }

  /** Takes mean and standard deviation over averaged features [n,1280], for {@link #image}. */
  void standardise(Tensor pooled) {
    Tensor mean = pooled.mean(0);
    Tensor squares = pooled.sub(mean);
    Tensor stdDev = squares.mul(squares).mean(0).sqrt().add(Tensors.scalar(SMALLEST_STD_DEV));
    Tensors.set(featureMean, Tensors.toFloats(mean));
    Tensors.set(featureStdDev, Tensors.toFloats(stdDev));
  }

  /** Token ids, each with the end token -> text features [B,dimension], not normalised. */
  Tensor text(List<long[]> texts) {
    int batch = texts.size();
    int length = texts.stream().mapToInt(ids -> ids.length).max().orElse(1);
    long[] padded = new long[batch * length];
    float[] isToken = new float[batch * length];
    Arrays.fill(padded, BytePairVocabulary.PAD);
    for (int i = 0; i < batch; i++) {
      long[] ids = texts.get(i);
      System.arraycopy(ids, 0, padded, i * length, ids.length);
      Arrays.fill(isToken, i * length, i * length + ids.length, 1);
    }
    Tensor present = Tensors.of(isToken, batch, length);
    Tensor mask =
        present.sub(Tensors.scalar(1)).mul(Tensors.scalar(-MASKED)).view(batch, 1, 1, length);
    Tensor x =
        torch
            .embedding(tokens, Tensors.of(padded, batch, length))
            .add(positions.narrow(0, 0, length));
    for (TransformerLayer layer : layers) {
      x = layer.forward(x, mask);
    }
    Tensor normed = finalNorm.forward(x).to(ScalarType.Float);
    Tensor share =
        present.div(present.sum(new long[] {1}, true, new ScalarTypeOptional())).unsqueeze(2);
    return torch.linear(normed.mul(share).sum(1), textOut);
  }
}
