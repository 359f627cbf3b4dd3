package io.github.close4j.onnx.internal.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.platform.Fp16Conversions;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.GoldenCaptions;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 16-bit floats: what they cost, and that T5 does not overflow in them. */
class HalfPrecisionTest {
  private static final double LEAST_COSINE = 0.999;

  /** Captions of a T5 with random weights, whose best tokens are often nearly equal. */
  private static final double LEAST_SHARE = 0.97;

  /** The same of fewer captions. */
  private static final double LEAST_LOUD_SHARE = 0.9;

  private static final int ROWS = 8;
  private static final int LOUD_ROWS = 50;

  private static final float LOUDER = 1 << 11;

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource(
      value = Activation.class,
      names = {"QUICK_GELU", "GELU"})
  void vectorsPointWhereTransformersPoint(Activation activation) {
    Safetensors cases = TinyModel.golden(temporary, "clip-cases.safetensors");
    ClipFeatureGraphs graphs =
        new ClipFeatureGraphs(TinyModel.clip(activation), golden(Precision.FLOAT16));
    String name = activation.name().toLowerCase(Locale.ROOT);
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      InputTensor pixels = InputTensor.of(cases.tensor("pixels").toFloatArray(), ROWS, 3, 32, 32);
      InputTensor ids = InputTensor.of(TinyModel.longs(cases.tensor("text_ids")), ROWS, 16);
      float[] images =
          sessions
              .get("images", graphs::images)
              .run(Map.of("pixels", pixels), o -> o.floats("features"));
      float[] texts =
          sessions.get("texts", graphs::texts).run(Map.of("ids", ids), o -> o.floats("features"));
      assertNear(cases.tensor(name + ".image").toFloatArray(), images);
      assertNear(cases.tensor(name + ".text").toFloatArray(), texts);
    }
  }

  private static void assertNear(float[] expected, float[] found) {
    assertFalse(Arrays.equals(expected, found), "computed in 32 bits");
    for (int row = 0; row < ROWS; row++) {
      double product = 0;
      double one = 0;
      double other = 0;
      for (int i = row * TinyModel.CLIP_DIM; i < (row + 1) * TinyModel.CLIP_DIM; i++) {
        product += (double) expected[i] * found[i];
        one += (double) expected[i] * expected[i];
        other += (double) found[i] * found[i];
      }
      double cosine = product / Math.sqrt(one * other);
      assertTrue(cosine >= LEAST_COSINE, "row " + row + ": cosine " + cosine);
    }
  }

  /** Every kind of input and way of decoding of the golden files. */
  @Test
  void captionsAreMostlyThoseOf32Bits(TestReporter reporter) {
    int equal = 0;
    int all = 0;
    for (GoldenCaptions.Case golden : GoldenCaptions.read()) {
      int count = golden.items().size();
      List<List<Long>> captions =
          captions(
              new CaptionGraph(TinyModel.config(golden.prefix()), golden(Precision.FLOAT16)),
              golden.decoding(),
              golden.withText(),
              count);
      for (int i = 0; i < count; i++) {
        all++;
        equal += captions.get(i).equals(golden.items().get(i).get(0).ids()) ? 1 : 0;
      }
    }
    double share = (double) equal / all;
    reporter.publishEntry("equal captions", equal + " of " + all);
    assertTrue(share >= LEAST_SHARE, equal + " of " + all + " captions equal");
  }

  /**
   * A T5 whose feed-forward layers put out more than 16-bit floats hold, as those of real
   * checkpoints do: a graph that kept them in 16 bits would go on with infinity.
   */
  @Test
  void hiddenStatesBeyond16BitsDecodeAsIn32(TestReporter reporter) {
    CaptionGraph wide = loud(Precision.FLOAT32);
    float largest = largestFeedForward(wide);
    reporter.publishEntry("largest output of a feed-forward layer", Float.toString(largest));
    assertTrue(largest > Weight.LARGEST_HALF, "no overflow to avoid: " + largest);
    assertEquals(
        Float.POSITIVE_INFINITY, Fp16Conversions.fp16ToFloat(Fp16Conversions.floatToFp16(largest)));

    CaptionGraph half = loud(Precision.FLOAT16);
    CaptionGraph quiet =
        new CaptionGraph(TinyModel.config(TinyModel.PROJECTION), golden(Precision.FLOAT16));
    for (Decoding decoding : List.of(Decoding.greedy(), Decoding.beam(5))) {
      List<List<Long>> expected = captions(wide, decoding, true, LOUD_ROWS);
      List<List<Long>> found = captions(half, decoding, true, LOUD_ROWS);
      assertTrue(expected.stream().distinct().count() >= 10, "captions too much alike");
      // Powers of two scale without rounding, so nothing but the scale differs.
      assertEquals(captions(quiet, decoding, true, LOUD_ROWS), found);
      long equal =
          IntStream.range(0, LOUD_ROWS).filter(i -> expected.get(i).equals(found.get(i))).count();
      reporter.publishEntry("equal captions", equal + " of " + LOUD_ROWS);
      assertTrue(equal >= LEAST_LOUD_SHARE * LOUD_ROWS, equal + " captions equal");
    }
  }

  @Test
  void halvesOfTheFileAreUsedInPlace() {
    Path file = temporary.resolve("half.safetensors");
    float[] values = new float[300];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 8f;
    }
    new Safetensors.Writer(DataType.F16).add("weight", values, 3, 100).write(file);
    WeightBank bank = new WeightBank(Precision.FLOAT16).add("x.", Safetensors.open(file));
    Weight weight = bank.get(bank.half("x.weight"));
    assertEquals(ElementType.FLOAT16, weight.type());
    ByteBuffer data = (ByteBuffer) weight.data();
    // The map of a file cannot be written to; a converted copy could.
    assertTrue(data.isDirect() && data.isReadOnly());
    assertEquals(2 * values.length, weight.bytes());
  }

  @Test
  void whatNo16BitFloatStandsForIsRefusedByName() {
    Path file = temporary.resolve("large.safetensors");
    new Safetensors.Writer(DataType.F32)
        .add("weight", new float[] {1, 65504, -65505, 2}, 2, 2)
        .write(file);
    WeightBank bank = new WeightBank(Precision.FLOAT16).add("", Safetensors.open(file));
    UnusableFileException refused =
        assertThrows(UnusableFileException.class, () -> bank.get(bank.half("weight")));
    assertTrue(refused.getMessage().contains("large.safetensors"), refused.getMessage());
    assertTrue(refused.getMessage().contains("'weight', element 2"), refused.getMessage());
    assertTrue(refused.getMessage().contains("found -65505.0"), refused.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Weight(FloatBuffer.wrap(new float[] {Float.NaN}), new long[] {1}).toHalf());
  }

  private WeightBank golden(Precision precision) {
    WeightBank weights = new WeightBank(precision);
    for (String file : List.of("clip", "t5", "prefix")) {
      weights.add(file + "/", TinyModel.golden(temporary, file + ".safetensors"));
    }
    return weights;
  }

  /**
   * The golden model in another scale: what makes up hidden states is {@link #LOUDER} times as
   * large, which norms take away again, the last one for the logits too. It says what the golden
   * model says, but its hidden states are beyond 16 bits.
   */
  private CaptionGraph loud(Precision precision) {
    WeightBank weights =
        new WeightBank(precision)
            .add(CaptionGraph.CLIP, TinyModel.golden(temporary, "clip.safetensors"))
            .add(CaptionGraph.T5, scaled("t5.safetensors"))
            .add(CaptionGraph.PREFIX, scaled("prefix.safetensors"));
    return new CaptionGraph(TinyModel.config(TinyModel.PROJECTION), weights);
  }

  private Safetensors scaled(String golden) {
    Safetensors tensors = TinyModel.golden(temporary, golden);
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    for (String name : tensors.names()) {
      float factor = golden.startsWith("prefix") ? LOUDER : factor(name);
      float[] values = tensors.tensor(name).toFloatArray();
      for (int i = 0; i < values.length; i++) {
        values[i] *= factor;
      }
      writer.add(name, values, tensors.tensor(name).shape());
    }
    Path file = temporary.resolve("loud-" + golden);
    writer.write(file);
    return Safetensors.open(file);
  }

  private static float factor(String tensor) {
    if (tensor.endsWith(".wi.weight")) {
      return 16;
    }
    if (tensor.endsWith(".wo.weight")) {
      return LOUDER / 16;
    }
    if (tensor.equals("shared.weight") || tensor.endsWith(".o.weight")) {
      return LOUDER;
    }
    return tensor.equals("decoder.final_layer_norm.weight") ? 1 / LOUDER : 1;
  }

  /** The largest magnitude that {@code wo} puts out, read out of the 32-bit graph. */
  private float largestFeedForward(CaptionGraph graph) {
    GraphModel model = graph.logits(true);
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      ModelProto proto = ModelProto.parseFrom(model.bytes());
      ModelProto.Builder told = proto.toBuilder();
      List<String> outputs = new ArrayList<>();
      for (NodeProto node : proto.getGraph().getNodeList()) {
        if (node.getInputList().stream().anyMatch(name -> name.endsWith(".wo.weight"))) {
          outputs.add(node.getOutput(0));
          told.getGraphBuilder().addOutput(floats(node.getOutput(0)));
        }
      }
      Map<String, InputTensor> inputs = inputs(true, ROWS);
      Safetensors cases = TinyModel.golden(temporary, "t5-cases.safetensors");
      inputs.put("decoder_ids", longs(cases.tensor("decoder_ids"), ROWS));
      return sessions
          .get("told", () -> new GraphModel(told.build().toByteArray(), model.weights()))
          .run(
              inputs,
              o -> {
                float largest = 0;
                for (String output : outputs) {
                  for (float value : o.floats(output)) {
                    largest = Math.max(largest, Math.abs(value));
                  }
                }
                return largest;
              });
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ValueInfoProto floats(String name) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(ElementType.FLOAT.code)))
        .build();
  }

  /** The best caption of each of the first golden inputs, to the end token. */
  private List<List<Long>> captions(
      CaptionGraph graph, Decoding decoding, boolean withText, int count) {
    Map<String, InputTensor> inputs = inputs(withText, count);
    inputs.putAll(InputTensor.of(decoding, TinyModel.VOCABULARY));
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      return sessions
          .get("it", () -> graph.captioning(CaptionGraph.Source.VECTORS, withText, decoding))
          .run(inputs, o -> best(o.longs("tokens"), o.shape("tokens")));
    }
  }

  private static List<List<Long>> best(long[] tokens, long[] shape) {
    List<List<Long>> captions = new ArrayList<>();
    int stride = (int) (shape[1] * shape[2]);
    for (int item = 0; item < shape[0]; item++) {
      List<Long> ids = new ArrayList<>();
      for (int i = item * stride; i < item * stride + shape[2]; i++) {
        ids.add(tokens[i]);
        if (tokens[i] == 1) {
          break;
        }
      }
      captions.add(ids);
    }
    return captions;
  }

  private Map<String, InputTensor> inputs(boolean withText, int rows) {
    Safetensors cases = TinyModel.golden(temporary, "t5-cases.safetensors");
    Map<String, InputTensor> inputs = new HashMap<>();
    float[] vectors = cases.tensor("vectors").toFloatArray();
    inputs.put(
        "vectors",
        InputTensor.of(
            Arrays.copyOf(vectors, rows * TinyModel.CLIP_DIM), rows, TinyModel.CLIP_DIM));
    if (withText) {
      inputs.put("text", longs(cases.tensor("text"), rows));
      inputs.put("text_mask", longs(cases.tensor("text_mask"), rows));
    }
    return inputs;
  }

  private static InputTensor longs(StoredTensor tensor, int rows) {
    int columns = (int) tensor.shape()[1];
    return InputTensor.of(Arrays.copyOf(TinyModel.longs(tensor), rows * columns), rows, columns);
  }
}
