package io.github.close4j.onnx;

import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.CaptionGraph.Source;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ModelDirectory;
import io.github.close4j.onnx.internal.session.DecodingInputs;
import io.github.close4j.onnx.internal.session.DeviceProbe;
import io.github.close4j.onnx.internal.session.GraphSession;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Lifetime;
import io.github.close4j.onnx.internal.session.Outputs;
import io.github.close4j.onnx.internal.session.SessionSettings;
import io.github.close4j.onnx.internal.session.Sessions;
import io.github.close4j.onnx.internal.session.Termination;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** An opened model: its graphs, sessions, tokenizer and preprocessing. Runs one batch at a time. */
final class CaptionModel implements AutoCloseable {
  private final CaptionerConfig config;
  private final CaptionGraph graph;
  private final PictureBatches pictures;
  private final ActiveDevice device;
  private final TextTokenizer tokenizer;
  private final Sessions<SessionKey> sessions;
  private final Lifetime lifetime = new Lifetime("captioner");

  /** Inputs that go through the same graph. */
  record InputKind(Source source, boolean withText) {}

  /** What a graph is made for. */
  private record SessionKey(InputKind kind, Decoding decoding) {}

  private CaptionModel(
      CaptionerConfig config,
      CaptionGraph graph,
      TextTokenizer tokenizer,
      SessionSettings settings) {
    this.config = config;
    this.graph = graph;
    this.tokenizer = tokenizer;
    this.device = settings.device();
    this.sessions = new Sessions<>(settings);
    this.pictures = new PictureBatches(config.preprocessing(), settings.threads());
  }

  static CaptionModel open(
      ModelDirectory directory, CaptionerOptions options, EncoderPadding padding) {
    ActiveDevice device = DeviceProbe.activate(options.device());
    CaptionGraph graph =
        new CaptionGraph(
            directory.config(),
            ModelGraphs.weights(directory, options.precision()),
            ModelGraphs.exported(directory, options.precision()),
            padding);
    graph.requireWeights();
    TextTokenizer tokenizer =
        Tokenizers.open(
            directory.file(ModelDirectory.T5_TOKENIZER),
            directory.config().maxTextTokens(),
            directory.config().t5().endTokenId());
    SessionSettings settings =
        new SessionSettings(options.threads(), options.arena(), options.packedWeights(), device);
    return new CaptionModel(directory.config(), graph, tokenizer, settings);
  }

  CaptionerConfig config() {
    return config;
  }

  ActiveDevice device() {
    return device;
  }

  /** Keeps the model open while something is done with it. */
  <T> T use(Supplier<T> action) {
    return lifetime.use(action);
  }

  /** From inputs of one kind to captions: the batch is one run of one graph. */
  List<List<Caption>> caption(
      InputKind kind, List<CaptionInput> inputs, Decoding decoding, Termination termination) {
    termination.requireNone();
    decoding.requireFits(config.t5());
    Map<String, InputTensor> tensors = DecodingInputs.of(decoding, config.t5().vocabularySize());
    switch (kind.source()) {
      case PIXELS -> tensors.put("pixels", pictures.tensor(suppliers(inputs)));
      case VECTORS -> tensors.put("vectors", vectors(inputs));
    }
    if (kind.withText()) {
      addText(inputs, tensors);
    }
    return session(kind, decoding)
        .run(tensors, outputs -> captions(outputs, decoding), termination);
  }

  private GraphSession session(InputKind kind, Decoding decoding) {
    SessionKey key = new SessionKey(kind, decoding.structure());
    return sessions.get(
        key, () -> graph.captioning(kind.source(), kind.withText(), key.decoding()));
  }

  private static List<Supplier<BufferedImage>> suppliers(List<CaptionInput> inputs) {
    return inputs.stream().<Supplier<BufferedImage>>map(input -> input::picture).toList();
  }

  private InputTensor vectors(List<CaptionInput> inputs) {
    int dimension = config.clip().projectionDim();
    float[] rows = new float[inputs.size() * dimension];
    for (int i = 0; i < inputs.size(); i++) {
      float[] vector = inputs.get(i).vector();
      requireDirection(vector, dimension);
      System.arraycopy(vector, 0, rows, i * dimension, dimension);
    }
    return InputTensor.of(rows, inputs.size(), dimension);
  }

  private static void requireDirection(float[] vector, int dimension) {
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          "vector: expected %d components, found %d".formatted(dimension, vector.length));
    }
    double square = 0;
    for (float component : vector) {
      square += (double) component * component;
    }
    if (!(square > 0) || Double.isInfinite(square)) {
      throw new IllegalArgumentException(
          "vector: expected a finite, positive norm, found " + Math.sqrt(square));
    }
  }

  private void addText(List<CaptionInput> inputs, Map<String, InputTensor> tensors) {
    List<long[]> encoded = tokenizer.encode(inputs.stream().map(CaptionInput::text).toList());
    int longest = encoded.stream().mapToInt(ids -> ids.length).max().orElse(1);
    long[] text = new long[inputs.size() * longest];
    long[] mask = new long[text.length];
    Arrays.fill(text, config.t5().padTokenId());
    for (int i = 0; i < encoded.size(); i++) {
      long[] ids = encoded.get(i);
      System.arraycopy(ids, 0, text, i * longest, ids.length);
      Arrays.fill(mask, i * longest, i * longest + ids.length, 1);
    }
    tensors.put("text", InputTensor.of(text, inputs.size(), longest));
    tensors.put("text_mask", InputTensor.of(mask, inputs.size(), longest));
  }

  private List<List<Caption>> captions(Outputs outputs, Decoding decoding) {
    long[] shape = outputs.shape("tokens"); // [B,K,T]
    long[] tokens = outputs.longs("tokens");
    float[] scores = outputs.floats("scores");
    int beams = (int) shape[1];
    int length = (int) shape[2];
    List<List<Caption>> captions = new ArrayList<>();
    for (int item = 0; item < shape[0]; item++) {
      List<Caption> hypotheses = new ArrayList<>();
      for (int beam = 0; beam < beams; beam++) {
        int row = item * beams + beam;
        long[] ids = Arrays.copyOfRange(tokens, row * length, (row + 1) * length);
        hypotheses.add(caption(untilEnd(ids), scores[row], decoding));
      }
      captions.add(List.copyOf(hypotheses));
    }
    return captions;
  }

  private Caption caption(long[] ids, double score, Decoding decoding) {
    boolean normalized =
        decoding.beams() > 1 && decoding.rule() == Decoding.BeamRule.LENGTH_NORMALIZED;
    double length = normalized ? Math.pow(ids.length, decoding.lengthPenalty()) : 1;
    return new Caption(tokenizer.decode(ids).strip(), score * length, score);
  }

  /** The ids up to and with the first end token; all if there is none. */
  private long[] untilEnd(long[] ids) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == config.t5().endTokenId()) {
        return Arrays.copyOf(ids, i + 1);
      }
    }
    return ids;
  }

  @Override
  public void close() {
    lifetime.end(
        () -> {
          pictures.close();
          sessions.close();
          tokenizer.close();
        });
  }
}
