package io.github.close4j.training.network;

import io.github.close4j.onnx.model.CaptionerConfig;
import io.github.close4j.onnx.model.PrefixConfig;
import io.github.close4j.onnx.weights.FloatTensor;
import io.github.close4j.onnx.weights.TensorSource;
import io.github.close4j.training.torch.Parameters;
import io.github.close4j.training.torch.Tensors;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * What CLOSE trains: the prefix and all of T5. CLIP stays outside.
 *
 * <p>Not thread-safe. Tensors that its methods return live as long as the surrounding {@code
 * PointerScope}.
 */
public final class CaptionNetwork implements AutoCloseable {
  private final CaptionerConfig config;
  private final Parameters prefixParameters;
  private final Parameters t5Parameters;
  private final Dropout dropout;
  private final T5Network t5;
  private final @Nullable Tensor weight;
  private final @Nullable Tensor bias;
  private final @Nullable Tensor constants;

  private CaptionNetwork(
      CaptionerConfig config, Parameters prefix, Parameters t5, double dropoutProbability) {
    this.config = config;
    this.prefixParameters = prefix;
    this.t5Parameters = t5;
    this.dropout = new Dropout(dropoutProbability);
    this.t5 = new T5Network(config.t5(), t5, dropout);
    int dModel = config.t5().dModel();
    if (config.prefix().kind() == PrefixConfig.Kind.PROJECTION) {
      int clipDim = config.clip().projectionDim();
      int out = config.prefix().length() * dModel;
      // The spread of PyTorch's own linear layers, which the reference starts from.
      double stdDev = Math.pow(3.0 * clipDim, -0.5);
      weight = prefix.declare("weight", 0, stdDev, out, clipDim);
      bias = prefix.declare("bias", 0, stdDev, out);
    } else {
      weight = null;
      bias = null;
    }
    constants =
        config.prefix().constants() > 0
            ? prefix.declare("constants", 0, 1, config.prefix().constants(), dModel)
            : null;
  }

  /**
   * A network with random weights.
   *
   * @param config its dimensions
   * @param dropout probability of dropout while training
   * @param seed seed of the weights
   * @return the network; the caller closes it
   */
  public static CaptionNetwork random(CaptionerConfig config, double dropout, long seed) {
    return new CaptionNetwork(config, Parameters.random(seed), Parameters.random(seed), dropout);
  }

  /**
   * A T5 from a file, with a random prefix: how the reference begins.
   *
   * @param config its dimensions
   * @param dropout probability of dropout while training
   * @param seed seed of the prefix
   * @param t5 T5's weights
   * @return the network; the caller closes it
   * @throws io.github.close4j.onnx.weights.ModelFileException if a tensor is missing or misshapen
   */
  public static CaptionNetwork fromT5(
      CaptionerConfig config, double dropout, long seed, TensorSource t5) {
    return new CaptionNetwork(config, Parameters.random(seed), Parameters.stored(t5), dropout);
  }

  /**
   * A trained network.
   *
   * @param config its dimensions
   * @param dropout probability of dropout while training
   * @param prefix the prefix's weights
   * @param t5 T5's weights
   * @return the network; the caller closes it
   * @throws io.github.close4j.onnx.weights.ModelFileException if a tensor is missing or misshapen
   */
  public static CaptionNetwork stored(
      CaptionerConfig config, double dropout, TensorSource prefix, TensorSource t5) {
    return new CaptionNetwork(config, Parameters.stored(prefix), Parameters.stored(t5), dropout);
  }

  /**
   * Turns dropout on or off; it is off at first.
   *
   * @param training whether to drop
   */
  public void setTraining(boolean training) {
    dropout.setActive(training);
  }

  /**
   * Logits of the targets' tokens, each predicted from those before it.
   *
   * @param batch what to read
   * @return logits [targets, T, vocabulary]
   */
  public Tensor logits(NetworkInput batch) {
    Tensor inputs = prefix(Tensors.of(batch.vectors(), batch.examples(), batch.clipDim()));
    Tensor mask = null;
    if (batch.hasText()) {
      inputs =
          torch.cat(
              new TensorVector(
                  inputs, t5.embed(Tensors.of(batch.text(), batch.examples(), batch.textLength()))),
              1); // [B,n+L,dModel]
      mask = mask(batch);
    }
    Tensor hidden = t5.encode(inputs, mask);
    Tensor example = Tensors.of(batch.exampleOfTarget(), batch.targets());
    // The encoder ran once an example; its output is repeated for every target.
    Tensor repeated = hidden.index_select(0, example);
    Tensor repeatedMask = mask == null ? null : mask.index_select(0, example);
    Tensor ids = Tensors.of(batch.decoderIds(), batch.targets(), batch.targetLength());
    return t5.decode(repeated, repeatedMask, ids);
  }

  /** Vectors [B,clipDim] -> [B,constants+length,dModel]. */
  private Tensor prefix(Tensor vectors) {
    int dModel = config.t5().dModel();
    Tensor rows = weight == null || bias == null ? vectors : torch.linear(vectors, weight, bias);
    Tensor split = rows.view(vectors.size(0), config.prefix().length(), dModel);
    if (constants == null) {
      return split;
    }
    Tensor repeated =
        constants.unsqueeze(0).expand(vectors.size(0), config.prefix().constants(), dModel);
    return torch.cat(new TensorVector(repeated, split), 1);
  }

  /** 0 for the prefix and for tokens, a large negative number for padding: [B,1,1,n+L]. */
  private Tensor mask(NetworkInput batch) {
    int prefixLength = config.prefix().positions();
    int width = prefixLength + batch.textLength();
    float[] mask = new float[batch.examples() * width];
    for (int row = 0; row < batch.examples(); row++) {
      for (int i = 0; i < batch.textLength(); i++) {
        boolean isToken = batch.textMask()[row * batch.textLength() + i];
        mask[row * width + prefixLength + i] = isToken ? 0f : (float) T5Network.MASKED;
      }
    }
    return Tensors.of(mask, batch.examples(), 1, 1, width);
  }

  /**
   * All trainable tensors, as an optimizer takes them.
   *
   * @return a new vector of the live tensors
   */
  public TensorVector parameters() {
    TensorVector all = prefixParameters.vector();
    TensorVector rest = t5Parameters.vector();
    for (long i = 0; i < rest.size(); i++) {
      all.push_back(rest.get(i));
    }
    return all;
  }

  /**
   * Number of trainable values.
   *
   * @return those of the prefix and of T5
   */
  public long parameterCount() {
    return prefixParameters.count() + t5Parameters.count();
  }

  /**
   * The prefix's present weights.
   *
   * @return name to a copy
   */
  public Map<String, FloatTensor> exportPrefix() {
    return prefixParameters.export();
  }

  /**
   * T5's present weights, under Hugging Face's names.
   *
   * @return name to a copy
   */
  public Map<String, FloatTensor> exportT5() {
    return t5Parameters.export();
  }

  /** Releases the weights. */
  @Override
  public void close() {
    prefixParameters.close();
    t5Parameters.close();
  }
}
