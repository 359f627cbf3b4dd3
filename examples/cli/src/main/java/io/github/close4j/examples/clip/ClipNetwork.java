package io.github.close4j.examples.clip;

import io.github.close4j.examples.clip.TransformerLayer.LayerNorm;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.training.internal.torch.Parameters;
import io.github.close4j.training.internal.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Both towers of CLIP on libtorch, with Hugging Face's parameter names, so that what is trained
 * here opens wherever such a checkpoint opens.
 */
final class ClipNetwork {
  private static final double EMBEDDING_STD_DEV = 0.02;
  private static final double MASKED = -1e4;

  private final ClipConfig config;
  private final Tensor classEmbedding;
  private final Tensor patchWeight;
  private final Tensor patchPositions;
  private final LayerNorm visionPreNorm;
  private final List<TransformerLayer> visionLayers = new ArrayList<>();
  private final LayerNorm visionPostNorm;
  private final Tensor visionProjection;
  private final Tensor tokenEmbedding;
  private final Tensor tokenPositions;
  private final List<TransformerLayer> textLayers = new ArrayList<>();
  private final LayerNorm textFinalNorm;
  private final Tensor textProjection;

  ClipNetwork(ClipConfig config, Parameters parameters) {
    this.config = config;
    ClipConfig.Vision v = config.vision();
    int patch = v.patchSize();
    String embeddings = "vision_model.embeddings.";
    classEmbedding =
        parameters.declare(embeddings + "class_embedding", 0, EMBEDDING_STD_DEV, v.hidden());
    double patchStdDev = Math.pow(3.0 * patch * patch, -0.5);
    patchWeight =
        parameters.declare(
            embeddings + "patch_embedding.weight", 0, patchStdDev, v.hidden(), 3, patch, patch);
    patchPositions =
        parameters.declare(
            embeddings + "position_embedding.weight",
            0,
            EMBEDDING_STD_DEV,
            v.patches() + 1,
            v.hidden());
    // "layrnorm" is how Hugging Face's checkpoints spell it.
    visionPreNorm = new LayerNorm(parameters, "vision_model.pre_layrnorm", v.hidden());
    for (int i = 0; i < v.layers(); i++) {
      String name = "vision_model.encoder.layers." + i;
      visionLayers.add(
          new TransformerLayer(
              parameters, name, v.hidden(), v.heads(), v.feedForward(), v.layers()));
    }
    visionPostNorm = new LayerNorm(parameters, "vision_model.post_layernorm", v.hidden());
    visionProjection = projection(parameters, "visual_projection.weight", v.hidden());

    ClipConfig.Text t = config.text();
    tokenEmbedding =
        parameters.declare(
            "text_model.embeddings.token_embedding.weight",
            0,
            EMBEDDING_STD_DEV,
            t.vocabularySize(),
            t.hidden());
    tokenPositions =
        parameters.declare(
            "text_model.embeddings.position_embedding.weight",
            0,
            EMBEDDING_STD_DEV / 2,
            t.contextLength(),
            t.hidden());
    for (int i = 0; i < t.layers(); i++) {
      String name = "text_model.encoder.layers." + i;
      textLayers.add(
          new TransformerLayer(
              parameters, name, t.hidden(), t.heads(), t.feedForward(), t.layers()));
    }
    textFinalNorm = new LayerNorm(parameters, "text_model.final_layer_norm", t.hidden());
    textProjection = projection(parameters, "text_projection.weight", t.hidden());
  }

  private Tensor projection(Parameters parameters, String name, int width) {
    return parameters.declare(name, 0, Math.pow(width, -0.5), config.projectionDim(), width);
  }

  /** Pixels [B,3,S,S], normalised -> image features [B,projectionDim], not normalised. */
  Tensor image(Tensor pixels) {
    ClipConfig.Vision v = config.vision();
    long batch = pixels.size(0);
    Tensor x = torch.linear(patches(pixels), patchWeight.view(v.hidden(), -1)); // [B,P,hidden]
    Tensor first = classEmbedding.view(1, 1, v.hidden()).expand(batch, 1, v.hidden());
    x = torch.cat(new TensorVector(first.to(x.scalar_type()), x), 1).add(patchPositions);
    x = visionPreNorm.forward(x);
    for (TransformerLayer layer : visionLayers) {
      x = layer.forward(x, null);
    }
    return torch.linear(visionPostNorm.forward(x.select(1, 0)), visionProjection);
  }

  /** [B,3,S,S] -> [B,patches,3*p*p]: a strided convolution without overlap is a linear map. */
  private Tensor patches(Tensor pixels) {
    int p = config.vision().patchSize();
    int edge = config.vision().imageSize() / p;
    return pixels
        .view(pixels.size(0), 3, edge, p, edge, p)
        .permute(0, 2, 4, 1, 3, 5)
        .reshape(pixels.size(0), (long) edge * edge, 3L * p * p);
  }

  /** Token ids, each with start and end -> text features [B,projectionDim], not normalised. */
  Tensor text(List<long[]> texts) {
    ClipConfig.Text t = config.text();
    int batch = texts.size();
    int length = texts.stream().mapToInt(ids -> ids.length).max().orElse(1);
    long[] padded = new long[batch * length];
    long[] ends = new long[batch];
    for (int i = 0; i < batch; i++) {
      long[] ids = texts.get(i);
      System.arraycopy(ids, 0, padded, i * length, ids.length);
      ends[i] = (long) i * length + ids.length - 1;
    }
    Tensor x =
        torch
            .embedding(tokenEmbedding, Tensors.of(padded, batch, length))
            .add(tokenPositions.narrow(0, 0, length));
    Tensor causal = torch.full(new long[] {length, length}, Tensors.scalar(MASKED)).triu(1);
    for (TransformerLayer layer : textLayers) {
      x = layer.forward(x, causal);
    }
    Tensor last =
        x.reshape((long) batch * length, t.hidden()).index_select(0, Tensors.of(ends, batch));
    return torch.linear(textFinalNorm.forward(last), textProjection);
  }
}
