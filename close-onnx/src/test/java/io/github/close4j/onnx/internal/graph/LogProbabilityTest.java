package io.github.close4j.onnx.internal.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.graph.DecodingLoop.Decoder;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.onnx.internal.session.GraphSession.Outputs;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The log-probabilities of all ways of decoding against double precision, over a vocabulary of T5's
 * size: a sum of so many exponentials shows how it is summed.
 */
class LogProbabilityTest {
  private static final int VOCABULARY = 32_128;
  private static final int ROWS = 6;
  private static final int STEPS = 5;

  /** Of one step; a float near the numbers at hand, about -10, is exact to 5e-7. */
  private static final double TOLERANCE = 3e-6;

  /**
   * LogSoftmax adds in several floats at once, and in one of them the rare tokens are lost beside
   * the likely one: 2.7e-5 here. One float alone for all is off by twelve times that.
   */
  private static final double TOLERANCE_BESIDE_ONE = 4e-5;

  static Stream<Decoding> decodings() {
    return Stream.of(
            Decoding.greedy(),
            Decoding.sample(3),
            Decoding.sample(4).temperature(1.5f).topK(50).topP(0.9f),
            Decoding.beam(3),
            Decoding.beam(3).lengthNormalized(1))
        .flatMap(decoding -> Stream.of(decoding, decoding.minNewTokens(2).noRepeatNgram(1)))
        .map(decoding -> decoding.maxNewTokens(STEPS));
  }

  @ParameterizedTest
  @MethodSource("decodings")
  void sumsOfManyLikelyTokensAreThoseOfDoublePrecision(Decoding decoding) {
    assertExact(decoding, logits(-10, 2, 0), TOLERANCE);
  }

  /**
   * Beside a token near certainty, most others are lost in a plain sum, and together they count.
   */
  @ParameterizedTest
  @MethodSource("decodings")
  void sumsBesideOneLikelyTokenAreThoseOfDoublePrecision(Decoding decoding) {
    assertExact(decoding, logits(-18, 1, 2), TOLERANCE_BESIDE_ONE);
  }

  private static void assertExact(Decoding decoding, float[] logits, double tolerance) {
    Map<String, InputTensor> inputs = InputTensor.of(decoding, VOCABULARY);
    inputs.put("logits", InputTensor.of(logits, ROWS, VOCABULARY));
    InferenceOptions options = InferenceOptions.defaults().threads(1);
    try (Sessions<String> sessions = new Sessions<>("test", options)) {
      sessions
          .get("loop", () -> graph(decoding))
          .run(
              inputs,
              outputs -> {
                assertExact(outputs, decoding, logits, tolerance);
                return "";
              });
    }
  }

  private static void assertExact(
      Outputs outputs, Decoding decoding, float[] logits, double tolerance) {
    long[] shape = outputs.shape("tokens"); // [B,K,T]
    long[] tokens = outputs.longs("tokens");
    float[] scores = outputs.floats("scores");
    int length = (int) shape[2];
    for (int row = 0; row < ROWS * decoding.beams(); row++) {
      double expected = 0;
      int count = 0;
      boolean ended = false;
      for (int t = 0; t < length && !ended; t++) {
        int token = (int) tokens[row * length + t];
        expected += logProbability(logits, row / decoding.beams(), token);
        count++;
        ended = token == 1;
      }
      assertTrue(count > 0);
      double found = scores[row] * (decoding.isLengthNormalized() ? count : 1);
      assertEquals(expected, found, tolerance * count, decoding + ", row " + row);
    }
  }

  private static double logProbability(float[] logits, int row, int token) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < VOCABULARY; i++) {
      largest = Math.max(largest, logits[row * VOCABULARY + i]);
    }
    double sum = 0;
    for (int i = 0; i < VOCABULARY; i++) {
      sum += Math.exp(logits[row * VOCABULARY + i] - largest);
    }
    return logits[row * VOCABULARY + token] - largest - Math.log(sum);
  }

  /** Normal draws, and in each row {@code likely} tokens of logit 0. */
  private static float[] logits(double mean, double stdDev, int likely) {
    Random random = new Random(9);
    float[] logits = new float[ROWS * VOCABULARY];
    for (int i = 0; i < logits.length; i++) {
      boolean isLikely = i % VOCABULARY >= 100 && i % VOCABULARY < 100 + likely;
      logits[i] = isLikely ? 0 : (float) (stdDev * random.nextGaussian() + mean);
    }
    return logits;
  }

  /** A decoder that says the same whatever it heard. */
  private static GraphModel graph(Decoding decoding) {
    T5Config tiny = TinyModel.t5();
    T5Config config =
        new T5Config(
            tiny.dModel(),
            tiny.headDim(),
            tiny.heads(),
            tiny.feedForward(),
            tiny.activation(),
            tiny.gated(),
            tiny.encoderLayers(),
            tiny.decoderLayers(),
            VOCABULARY,
            tiny.relativeBuckets(),
            tiny.relativeMaxDistance(),
            tiny.layerNormEps(),
            tiny.padTokenId(),
            tiny.endTokenId(),
            tiny.outputHead());
    GraphBuilder g = new GraphBuilder("loop", new WeightBank());
    Value logits = g.input("logits", ElementType.FLOAT, "B", VOCABULARY);
    Value repeats = g.longs(1, decoding.beams(), 1);
    Value tiled = g.op("Tile", g.op("Unsqueeze", logits, g.longs(1)), repeats);
    Value rows = g.op("Reshape", tiled, g.longs(-1, VOCABULARY)); // [B*K,vocabulary]
    Decoder decoder =
        new Decoder() {
          @Override
          public Cache empty() {
            return new Cache(List.of(), ElementType.FLOAT, 1, 1);
          }

          @Override
          public Step step(GraphBuilder b, Value ids, Cache past) {
            return new Step(b.op("Identity", rows), past);
          }
        };
    DecodingLoop.Source source =
        new DecodingLoop.Source(
            decoder,
            g.dimension(logits, 0),
            config.padTokenId(),
            config.endTokenId(),
            g.input("max_new_tokens", ElementType.INT64),
            Constraints.of(g, decoding, config));
    DecodingLoop.Hypotheses best = DecodingLoop.of(g, decoding).decode(g, source);
    g.output("tokens", best.tokens(), ElementType.INT64, "B", decoding.beams(), "T");
    g.output("scores", best.scores(), ElementType.FLOAT, "B", decoding.beams());
    return g.model();
  }
}
