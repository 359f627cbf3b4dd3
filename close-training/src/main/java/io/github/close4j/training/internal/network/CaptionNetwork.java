package io.github.close4j.training.internal.network;

import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.training.internal.torch.Parameters;
import io.github.close4j.training.internal.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
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
  private final T5Network.Dropout dropout;
  private final T5Network t5;
  private final @Nullable Tensor weight;
  private final @Nullable Tensor bias;
  private final @Nullable Tensor constants;

  private CaptionNetwork(
      CaptionerConfig config, Parameters prefix, Parameters t5, double dropoutProbability) {
    this.config = config;
    this.prefixParameters = prefix;
    this.t5Parameters = t5;
    this.dropout = new T5Network.Dropout(dropoutProbability);
    this.t5 = new T5Network(config.t5(), t5, dropout);
    int dModel = config.t5().dModel();
    if (config.prefix().kind() == CaptionerConfig.Prefix.Kind.PROJECTION) {
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

  /** A network with random weights; the caller closes it. */
  public static CaptionNetwork random(CaptionerConfig config, double dropout, long seed) {
    return new CaptionNetwork(config, Parameters.random(seed), Parameters.random(seed), dropout);
  }

  /**
   * A T5 from a file, with a random prefix: how the reference begins.
   *
   * @throws io.github.close4j.UnusableFileException if a tensor is missing or misshapen
   */
  public static CaptionNetwork fromT5(
      CaptionerConfig config, double dropout, long seed, TensorSource t5) {
    return new CaptionNetwork(config, Parameters.random(seed), Parameters.stored(t5), dropout);
  }

  /**
   * A trained network.
   *
   * @throws io.github.close4j.UnusableFileException if a tensor is missing or misshapen
   */
  public static CaptionNetwork stored(
      CaptionerConfig config, double dropout, TensorSource prefix, TensorSource t5) {
    return new CaptionNetwork(config, Parameters.stored(prefix), Parameters.stored(t5), dropout);
  }

  /** Turns dropout on or off; it is off at first. */
  public void setTraining(boolean training) {
    dropout.setActive(training);
  }

  /**
   * A network with the same weights, gradients and dropout of its own, to compute on another
   * thread.
   */
  public CaptionNetwork replica() {
    return new CaptionNetwork(
        config,
        Parameters.sharing(prefixParameters),
        Parameters.sharing(t5Parameters),
        dropout.probability());
  }

  /** Fixes what dropout drops from now on. */
  public void seedDropout(long seed) {
    dropout.seed(seed);
  }

  /** Logits of the targets' tokens, each predicted from those before it: [N,T,vocabulary]. */
  public Tensor logits(Input batch) {
    return t5.head(hidden(batch));
  }

  /**
   * Logits of the targets' tokens, without those after a target's end: [K,vocabulary], in the order
   * of {@link Input#tokens}.
   */
  public Tensor tokenLogits(Input batch) {
    long[] positions = batch.tokenPositions();
    Tensor hidden = hidden(batch).view(-1, config.t5().dModel());
    return t5.head(hidden.index_select(0, Tensors.of(positions, positions.length)));
  }

  private Tensor hidden(Input batch) {
    Encoded encoded = encode(batch);
    Tensor ids = Tensors.of(batch.decoderIds, batch.targets(), batch.targetLength);
    return t5.decode(encoded.hidden, encoded.mask, ids); // [N,T,dModel]
  }

  /** The encoder's output for each target, [N,S,dModel], and its mask, [N,1,1,S]. */
  record Encoded(Tensor hidden, @Nullable Tensor mask) {

    /** Those of some targets. */
    Encoded rows(int[] numbers) {
      Tensor rows = Tensors.of(Arrays.stream(numbers).mapToLong(i -> i).toArray(), numbers.length);
      return new Encoded(
          hidden.index_select(0, rows), mask == null ? null : mask.index_select(0, rows));
    }
  }

  Encoded encode(Input batch) {
    Tensor inputs = prefix(Tensors.of(batch.vectors, batch.examples, batch.clipDim()));
    Tensor mask = null;
    if (batch.hasText()) {
      Tensor text = t5.embed(Tensors.of(batch.text, batch.examples, batch.textLength));
      inputs = torch.cat(new TensorVector(inputs, text), 1); // [B,n+L,dModel]
      mask = mask(batch);
    }
    Tensor hidden = t5.encode(inputs, mask);
    Tensor example = Tensors.of(batch.exampleOfTarget, batch.targets());
    // The encoder ran once an example; its output is repeated for every target.
    return new Encoded(
        hidden.index_select(0, example), mask == null ? null : mask.index_select(0, example));
  }

  /**
   * What the encoder made and tokens said so far [N,T] -> logits of the next token [N,vocabulary].
   */
  Tensor nextLogits(Encoded encoded, Tensor ids) {
    return t5.head(t5.decode(encoded.hidden, encoded.mask, ids).select(1, -1));
  }

  /** Vectors [B,clipDim] -> [B,constants+length,dModel]. */
  private Tensor prefix(Tensor vectors) {
    int dModel = config.t5().dModel();
    Tensor rows = weight == null || bias == null ? vectors : torch.linear(vectors, weight, bias);
    // A sum over all layers starts here: it stays in 32 bits, whatever products are taken in.
    Tensor split =
        rows.to(ScalarType.Float).view(vectors.size(0), config.prefix().length(), dModel);
    if (constants == null) {
      return split;
    }
    Tensor repeated =
        constants.unsqueeze(0).expand(vectors.size(0), config.prefix().constants(), dModel);
    return torch.cat(new TensorVector(repeated, split), 1);
  }

  /** 0 for the prefix and for tokens, a large negative number for padding: [B,1,1,n+L]. */
  private Tensor mask(Input batch) {
    int prefixLength = config.prefix().positions();
    int width = prefixLength + batch.textLength;
    float[] mask = new float[batch.examples * width];
    for (int row = 0; row < batch.examples; row++) {
      for (int i = 0; i < batch.textLength; i++) {
        boolean isToken = batch.textMask[row * batch.textLength + i];
        mask[row * width + prefixLength + i] = isToken ? 0f : (float) T5Network.MASKED;
      }
    }
    return Tensors.of(mask, batch.examples, 1, 1, width);
  }

  /** All trainable tensors, live, by name, {@code prefix.} or {@code t5.} before it. */
  public Map<String, Tensor> parameters() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    prefixParameters.tensors().forEach((name, tensor) -> all.put("prefix." + name, tensor));
    t5Parameters.tensors().forEach((name, tensor) -> all.put("t5." + name, tensor));
    return all;
  }

  /** The dimensions it was made for. */
  public CaptionerConfig config() {
    return config;
  }

  /** Number of trainable values. */
  public long parameterCount() {
    return prefixParameters.count() + t5Parameters.count();
  }

  /** Adds the prefix's weights to a model's file in the making. */
  public void addPrefixTo(Safetensors.Writer writer) {
    prefixParameters.addTo(writer);
  }

  /** Adds T5's weights, under Hugging Face's names, to a model's file in the making. */
  public void addT5To(Safetensors.Writer writer) {
    t5Parameters.addTo(writer);
  }

  /** Adds all weights to a checkpoint in the making. */
  public void addTo(Safetensors.Writer writer) {
    parameters()
        .forEach(
            (name, tensor) ->
                writer.add(name, Tensors.shape(tensor), () -> Tensors.toFloats(tensor)));
  }

  /**
   * Takes the weights of a checkpoint over.
   *
   * @throws io.github.close4j.UnusableFileException if a tensor is missing or misshapen
   */
  public void load(TensorSource checkpoint) {
    parameters()
        .forEach((name, tensor) -> Tensors.set(tensor, Tensors.stored(checkpoint, name, tensor)));
  }

  /** Releases the weights. */
  @Override
  public void close() {
    prefixParameters.close();
    t5Parameters.close();
  }

  /**
   * A batch as the network reads it: B examples, each a CLIP vector and perhaps text, and M
   * targets, each of one of the examples. Arrays are kept and handed out, not copied.
   */
  public static final class Input {
    /** Label of positions that the loss leaves out. */
    public static final long IGNORED = -100;

    final float[] vectors;
    final int examples;
    private final int pad;
    final long[] text;
    final boolean[] textMask;
    final int textLength;
    final long[] exampleOfTarget;
    final long[] decoderIds;
    private final long[] labels;
    final int targetLength;

    /**
     * Pads a batch: adapted CLIP vectors [B, clipDim], token ids beside each (or none, for a task
     * without text), and token ids of each target, end token included, with the example that it
     * belongs to.
     */
    public Input(
        float[] vectors,
        int examples,
        List<long[]> texts,
        long[] exampleOfTarget,
        List<long[]> targets,
        T5Config config) {
      this.vectors = vectors;
      this.examples = examples;
      this.exampleOfTarget = exampleOfTarget;
      pad = config.padTokenId();
      textLength = longest(texts);
      text = padded(texts, textLength, pad);
      textMask = new boolean[text.length];
      for (int i = 0; i < texts.size(); i++) {
        Arrays.fill(textMask, i * textLength, i * textLength + texts.get(i).length, true);
      }
      targetLength = longest(targets);
      labels = padded(targets, targetLength, IGNORED);
      decoderIds = shiftedRight(targets, targetLength, pad);
    }

    /** The same examples with other targets, each of the example of that number. */
    private Input(Input other, long[] exampleOfTarget, List<long[]> targets) {
      vectors = other.vectors;
      examples = other.examples;
      text = other.text;
      textMask = other.textMask;
      textLength = other.textLength;
      pad = other.pad;
      this.exampleOfTarget = exampleOfTarget;
      targetLength = longest(targets);
      labels = padded(targets, targetLength, IGNORED);
      decoderIds = shiftedRight(targets, targetLength, pad);
    }

    /** The same examples, each with {@code count} targets in a row, to be decoded. */
    public Input forSamples(int count) {
      return withTargets(count, Collections.nCopies(examples * count, new long[] {pad}));
    }

    /** The same examples, each with {@code count} of the targets, which are in a row. */
    public Input withTargets(int count, List<long[]> targets) {
      long[] example = LongStream.range(0, targets.size()).map(i -> i / count).toArray();
      return new Input(this, example, targets);
    }

    /** The tokens of each target, without padding, by the number of its example. */
    public List<List<List<Long>>> tokensByExample() {
      List<List<List<Long>>> all = new ArrayList<>();
      for (int i = 0; i < examples; i++) {
        all.add(new ArrayList<>());
      }
      for (int target = 0; target < targets(); target++) {
        int from = target * targetLength;
        List<Long> tokens =
            Arrays.stream(labels, from, from + targetLength)
                .filter(label -> label != IGNORED)
                .boxed()
                .toList();
        all.get((int) exampleOfTarget[target]).add(tokens);
      }
      return all;
    }

    private static int longest(List<long[]> rows) {
      return rows.stream().mapToInt(row -> row.length).max().orElse(0);
    }

    private static long[] padded(List<long[]> rows, int length, long padding) {
      long[] all = new long[rows.size() * length];
      Arrays.fill(all, padding);
      for (int i = 0; i < rows.size(); i++) {
        System.arraycopy(rows.get(i), 0, all, i * length, rows.get(i).length);
      }
      return all;
    }

    /** Start token first, then what is to be said, without its last token. */
    private static long[] shiftedRight(List<long[]> rows, int length, long start) {
      long[] all = new long[rows.size() * length];
      Arrays.fill(all, start);
      for (int i = 0; i < rows.size(); i++) {
        System.arraycopy(rows.get(i), 0, all, i * length + 1, rows.get(i).length - 1);
      }
      return all;
    }

    /** How many examples there are. */
    public int examples() {
      return examples;
    }

    int clipDim() {
      return vectors.length / examples;
    }

    boolean hasText() {
      return textLength > 0;
    }

    int targets() {
      return exampleOfTarget.length;
    }

    /**
     * What the logits are compared to, [targets, T]: the targets, {@link #IGNORED} after their
     * ends.
     */
    public long[] labels() {
      return labels;
    }

    /**
     * The target tokens without padding: what {@link CaptionNetwork#tokenLogits} is compared to.
     */
    public long[] tokens() {
      return Arrays.stream(labels).filter(label -> label != IGNORED).toArray();
    }

    /** Where {@link #tokens} stand in [targets, T]. */
    long[] tokenPositions() {
      return IntStream.range(0, labels.length)
          .filter(i -> labels[i] != IGNORED)
          .mapToLong(i -> i)
          .toArray();
    }

    /** Number of target tokens, end tokens included. */
    public int targetTokens() {
      return (int) Arrays.stream(labels).filter(label -> label != IGNORED).count();
    }
  }
}
