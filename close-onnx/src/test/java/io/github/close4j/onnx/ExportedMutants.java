package io.github.close4j.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Seeded ONNX files of a CLIP tower none of which is valid, each made of a sound one by a change.
 */
final class ExportedMutants {
  /** How many kinds of change there are. */
  static final int KINDS = 16;

  /** Elements above which a tensor's bytes are looked at before ONNX Runtime sees them. */
  private static final int LARGE = 1000;

  private static final List<String> OUTSIDE =
      List.of("../data", "/etc/passwd", "a/../../data", "..", "../../vision_model.onnx", "absent");

  private final SplittableRandom random;
  private final byte[] sound;

  /** A file that is invalid, and what a message about it may say. */
  record Mutant(String what, byte[] bytes, List<String> telling) {}

  ExportedMutants(byte[] sound, long seed) {
    this.sound = sound;
    this.random = new SplittableRandom(seed);
  }

  /** The next mutant of a kind, from 0 to {@link #KINDS}. */
  Mutant next(int kind) {
    return switch (kind) {
      case 0 -> model("IR version", m -> m.setIrVersion(outside(3, 12)));
      case 1 -> model("opset", m -> m.clearOpsetImport().addOpsetImport(opset(outside(13, 21))));
      case 2 -> model("opset", m -> m.addOpsetImport(opset(random.nextInt(13, 22))));
      case 3 -> model("graph", ModelProto.Builder::clearGraph);
      case 4 -> graph("domain", this::otherDomain);
      case 5 -> graph("pixel_values", g -> g.getInputBuilder(0).setName(name()));
      case 6 -> graph("outputs", g -> g.getOutputBuilder(0).setName(name()));
      case 7 -> graph("floats", g -> type(g.getInputBuilder(0)).setElemType(noFloat()));
      case 8 -> graph("shape", g -> otherRank(shape(either(g))));
      case 9 -> graph("shape", g -> otherSize(shape(g.getInputBuilder(0))));
      case 10 -> tensor("bytes of data", this::otherLength);
      case 11 -> tensor("expected", this::otherDimension);
      case 12 -> tensor("external data", t -> external(t, one(OUTSIDE), 0, t.getRawData().size()));
      case 13 -> tensor("external data", this::wrongRange);
      case 14 -> new Mutant("cut", Arrays.copyOf(sound, random.nextInt(sound.length)), List.of());
      default -> withoutTag();
    };
  }

  private long outside(int least, int most) {
    return random.nextBoolean()
        ? random.nextLong(-1L << 40, least)
        : random.nextLong(most + 1, 1L << 40);
  }

  private static OperatorSetIdProto opset(long version) {
    return OperatorSetIdProto.newBuilder().setVersion(version).build();
  }

  private void otherDomain(GraphProto.Builder graph) {
    graph.getNodeBuilder(random.nextInt(graph.getNodeCount())).setDomain("com." + name());
  }

  private ValueInfoProto.Builder either(GraphProto.Builder graph) {
    return random.nextBoolean() ? graph.getInputBuilder(0) : graph.getOutputBuilder(0);
  }

  private static TypeProto.Tensor.Builder type(ValueInfoProto.Builder value) {
    return value.getTypeBuilder().getTensorTypeBuilder();
  }

  private static TensorShapeProto.Builder shape(ValueInfoProto.Builder value) {
    return type(value).getShapeBuilder();
  }

  private int noFloat() {
    List<TensorProto.DataType> types =
        List.of(
            TensorProto.DataType.INT64,
            TensorProto.DataType.STRING,
            TensorProto.DataType.DOUBLE,
            TensorProto.DataType.BOOL,
            TensorProto.DataType.UNDEFINED);
    return types.get(random.nextInt(types.size())).getNumber();
  }

  private void otherRank(TensorShapeProto.Builder shape) {
    if (random.nextBoolean()) {
      shape.removeDim(random.nextInt(shape.getDimCount()));
    } else {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(name()));
    }
  }

  /** Another size than the configuration's, or of the batch, which must stay open. */
  private void otherSize(TensorShapeProto.Builder shape) {
    shape.getDimBuilder(random.nextInt(4)).setDimValue(random.nextInt(100, 1 << 20));
  }

  private void otherLength(TensorProto.Builder tensor) {
    byte[] bytes = tensor.getRawData().toByteArray();
    int length =
        random.nextBoolean() ? random.nextInt(bytes.length) : bytes.length + random.nextInt(1, 99);
    tensor.setRawData(com.google.protobuf.ByteString.copyFrom(Arrays.copyOf(bytes, length)));
  }

  private void otherDimension(TensorProto.Builder tensor) {
    long dimension =
        switch (random.nextInt(3)) {
          case 0 -> -random.nextLong(1, Long.MAX_VALUE);
          case 1 -> random.nextLong(1L << 20, Long.MAX_VALUE);
          default -> random.nextLong(5000, 9000);
        };
    tensor.setDims(random.nextInt(tensor.getDimsCount()), dimension);
  }

  /** A range of the graph's own file that is not there. */
  private void wrongRange(TensorProto.Builder tensor) {
    long length = tensor.getRawData().size();
    long offset =
        switch (random.nextInt(3)) {
          case 0 -> -random.nextLong(1, Long.MAX_VALUE);
          case 1 -> random.nextLong(sound.length, Long.MAX_VALUE);
          default -> Long.MAX_VALUE - random.nextLong(1000);
        };
    external(tensor, "vision_model.onnx", offset, length);
  }

  private static void external(TensorProto.Builder tensor, String location, long at, long length) {
    tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
    tensor.addExternalData(entry("location", location));
    tensor.addExternalData(entry("offset", Long.toString(at)));
    tensor.addExternalData(entry("length", Long.toString(length)));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  /** Bytes behind the model that begin with the number of no field. */
  private Mutant withoutTag() {
    byte[] bytes = Arrays.copyOf(sound, sound.length + random.nextInt(1, 1000));
    return new Mutant("zeros behind it", bytes, List.of());
  }

  private Mutant model(String telling, Consumer<ModelProto.Builder> change) {
    ModelProto.Builder model = parse();
    change.accept(model);
    return new Mutant(telling, model.build().toByteArray(), List.of(telling));
  }

  private Mutant graph(String telling, Consumer<GraphProto.Builder> change) {
    return model(telling, model -> change.accept(model.getGraphBuilder()));
  }

  private Mutant tensor(String telling, Consumer<TensorProto.Builder> change) {
    ModelProto.Builder model = parse();
    List<TensorProto.Builder> large =
        model.getGraphBuilder().getInitializerBuilderList().stream()
            .filter(tensor -> tensor.getRawData().size() > LARGE)
            .toList();
    TensorProto.Builder tensor = large.get(random.nextInt(large.size()));
    change.accept(tensor);
    return new Mutant(
        telling + " of " + tensor.getName(),
        model.build().toByteArray(),
        List.of("tensor '" + tensor.getName() + "'"));
  }

  private ModelProto.Builder parse() {
    try {
      return ModelProto.parseFrom(sound).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private String name() {
    return "x" + random.nextInt(100_000);
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
